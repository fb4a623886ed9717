/// What a teacher's own training makes: section `teach`.
package struct TeachSettings: Equatable, Sendable {
  /// File that the teacher is written to at the end of its run, with its scores; nil: it stays in the checkpoints.
  package var output: String?

  package init() {}
}

extension TeachSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [Setting("output", ifGiven: \.output, .optional("none", .text("a file to write the teacher to")))]
  }
}
