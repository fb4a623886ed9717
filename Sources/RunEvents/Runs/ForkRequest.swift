/// What a person asks of a fork: a run that goes on from a checkpoint of another, with other values.
package struct ForkRequest: Codable, Equatable, Sendable {
  /// The parent.
  package var run: String
  /// Step of its checkpoint; nil: the newest that is whole.
  package var step: Int?
  /// `KEY.PATH=VALUE`
  package var values: [String]
  /// Name of the fork; nil: one is made up.
  package var name: String?

  package init(run: String, step: Int? = nil, values: [String] = [], name: String? = nil) {
    self.run = run
    self.step = step
    self.values = values
    self.name = name
  }
}

extension ForkRequest {
  /// A text that cannot be understood: what is wrong, and what would be right.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// What is typed on a line: `step=500 guidance.start=dino mask.masked=0.5`; `step=newest` is the same as no step.
  ///
  /// - Throws: ``Problem`` for a word that is no `KEY=VALUE`, and a step that is no number.
  package init(run: String, words text: String) throws {
    self.init(run: run)
    for word in text.split(separator: " ").map(String.init) {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw Problem(description: "\"\(word)\" is no KEY=VALUE: type step=500 guidance.start=dino, for example")
      }
      guard parts[0] == "step" else {
        values.append(word)
        continue
      }
      if parts[1] == "newest" { continue }
      guard let number = Int(parts[1]), number >= 0 else {
        throw Problem(description: "step=\(parts[1]) is no step: type the step of a checkpoint, or newest")
      }
      step = number
    }
  }
}
