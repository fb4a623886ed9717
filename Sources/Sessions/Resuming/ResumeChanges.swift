import RunEvents

/// Where the session that a run is to go on with differs from the one it had, each difference judged by its rule.
package struct ResumeChanges: Sendable {
  /// A value that is another one from now on; nil: there is none.
  package struct Change: Equatable, Sendable {
    package let key: String
    package let from: String?
    package let to: String?
    package let rule: ResumeRule

    /// `mask.masked 0.4 -> 0.5`
    package var words: String { "\(key) \(from ?? "none") -> \(to ?? "none")" }
  }

  /// In the order of the session's sections.
  package let changes: [Change]

  package init(from old: SessionFile, to new: SessionFile) {
    changes = new.differences(from: old).map { difference in
      Change(
        key: difference.keyPath, from: difference.there, to: difference.here,
        rule: SessionFile.resumeRule(of: difference.keyPath))
    }
  }

  /// Those that further losses depend on.
  package var ofLosses: [Change] {
    changes.filter { change in
      switch change.rule {
      case .free, .compared: false
      case .recorded, .accepted, .never: true
      }
    }
  }

  /// - Parameters:
  ///   - accepting: whether a person accepts what makes the run another one than it would have been.
  /// - Throws: ``SessionError`` that names every value that cannot be another one, with both values, why, and what to
  ///   do.
  package func check(run: String, accepting: Bool) throws {
    var kept: [String] = []
    var asked: [String] = []
    for change in changes {
      switch change.rule {
      case .never(let why): kept.append("\(words(change)): \(why)")
      case .accepted(let why) where !accepting: asked.append("\(words(change)): \(why)")
      case .free, .recorded, .compared, .accepted: break
      }
    }
    guard !kept.isEmpty || !asked.isEmpty else { return }
    var parts: [String] = []
    if !kept.isEmpty {
      parts.append(
        "\(kept.joined(separator: "; ")); put \(kept.count == 1 ? "it" : "them") back, go on with the run's own settings by "
          + "--keep-settings, or begin a new run without --resume")
    }
    if !asked.isEmpty {
      parts.append(
        "\(asked.joined(separator: "; ")); --accept-changes goes on with \(asked.count == 1 ? "it" : "them")")
    }
    throw SessionError(
      .contradiction, keyPath: changes.first?.key ?? "",
      "run \(run) cannot go on with what is asked: \(parts.joined(separator: "; and ")).")
  }

  private func words(_ change: Change) -> String {
    "\(change.key) is \(change.to ?? "not given") now and \(change.from ?? "not given") in the run"
  }
}
