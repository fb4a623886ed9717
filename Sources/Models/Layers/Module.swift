import Tensors

/// Something with parameters. Names are dotted and stable: they go into checkpoints, and they decide a parameter's
/// initial values.
package protocol Module {
  /// - Parameter prefix: put before every name, with a dot where it is not empty.
  func parameters(prefix: String) -> [NamedTensor]
}

extension Module {
  package func parameters() -> [NamedTensor] { parameters(prefix: "") }

  /// Numbers that training may change.
  package var parameterCount: Int { parameters().reduce(0) { $0 + $1.tensor.count } }

  /// Whether gradients are gathered: true for what is trained, false for teachers and snapshots.
  package func setRequiresGradient(_ required: Bool) {
    for parameter in parameters() { parameter.tensor.requiresGradient = required }
  }

  /// No gradients from here on: a teacher, a snapshot.
  package func freeze() { setRequiresGradient(false) }

  /// No gradients and no changes of any kind from here on: a teacher that is not taught itself.
  package func freezeForGood() {
    freeze()
    for parameter in parameters() { parameter.tensor.isConstant = true }
  }

  /// Overwrites every parameter with that of another module of the same configuration.
  package func copyParameters(from other: some Module) {
    for (mine, theirs) in zip(parameters(), other.parameters()) { mine.tensor.write(theirs.tensor.array()) }
  }
}

func joined(_ prefix: String, _ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }
