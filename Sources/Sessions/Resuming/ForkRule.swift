extension SessionFile {
  /// Why a fork cannot have another value under a key than its parent; nil: it can.
  package static func forkObjection(to key: String) -> String? {
    forkRules.first { key == $0.key || key.hasPrefix($0.key + ".") }?.objection
  }

  /// The first that fits holds: single keys stand before their section. What no rule names may differ.
  private static let forkRules: [(key: String, objection: String?)] = [
    ("task", "the run's weights are of another kind"),
    ("seed", "the order of the pictures, the crops and the masks come from it"),
    ("data.source", nil), ("data.workers", nil), ("data.prefetch_batches", nil), ("data.augmentation", nil),
    // The pictures themselves are compared when the fork begins.
    ("data.path", nil),
    ("data", "a fork sees the pictures of its parent in their order"),
    ("student.drop_path", nil),
    ("student.weights", "the run began with it"), ("student.tower", "the run began with it"),
    ("student.initial_values", "the weights are the parent's and are not drawn anew"),
    ("student", "the weights have that shape"),
    ("objective.encoding", "the student's weights are for it"),
    ("objective.head", "the heads' weights are of that kind"),
    ("objective.decoder", "the heads' weights have that shape"), ("objective.regressor.alignment", nil),
    ("objective.regressor", "the heads' weights have that shape"),
    ("objective.dino.prototypes", "the heads' weights have that shape"),
    ("segment.from", "the run began with it"), ("segment.tower", "the run began with it"),
    ("segment.image_size", "the run's pictures have that size"), ("segment.head", "the run's weights are for it"),
    ("segment.channels", "the head's weights have that shape"),
    ("segment.frozen", "the optimiser's state is of what learns"),
    ("segment.maps", "the classes are those of these maps"),
    ("segment.classes", "the head's weights are for so many"),
    ("segment.reduce_zero_label", "the classes are numbered so"),
    ("schedule.batch_size", "the place in the data is counted in it"),
    ("schedule.accumulation", "the place in the data is counted in it"),
  ]
}

extension ResumeChanges {
  /// Those of a fork that its losses may depend on.
  package var ofFork: [Change] { changes.filter { $0.rule != .free } }

  /// - Throws: ``SessionError`` that names every value that a fork cannot have, with both values and why.
  package func checkFork(of run: String) throws {
    let refused = changes.compactMap { change in
      SessionFile.forkObjection(to: change.key).map { why in
        "\(change.key) is \(change.from ?? "not given") in the run, not \(change.to ?? "absent"): \(why)"
      }
    }
    guard let first = changes.first(where: { SessionFile.forkObjection(to: $0.key) != nil }) else { return }
    throw SessionError(
      .contradiction, keyPath: first.key,
      "a fork of run \(run) cannot have what is asked: \(refused.joined(separator: "; ")); leave \(refused.count == 1 ? "it" : "them") out, "
        + "or begin a new run.")
  }
}
