/// What a teacher's own training makes: section `teach`.
package struct TeachSettings: Equatable, Sendable {
  /// File that the teacher is written to at the end of its run, with its scores; nil: it stays in the checkpoints.
  package var output: String?

  /// Whose features a tokenizer learns to tell: `clip`, `dino` or a path to weights; nil: nothing teaches.
  package var teacher: String?

  package init() {}

  /// Teachers that come with the program.
  package static let shippedTeachers = ["clip", "dino"]
}

extension TeachSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("output", ifGiven: \.output, .optional("none", .text("a file to write the teacher to"))),
      Setting("teacher", ifGiven: \.teacher, .optional("none", .text("clip, dino or a path to weights"))),
    ]
  }
}
