import Recipe

/// What finds the latents of masked patches and predicts their targets, where the head is a regressor: section
/// `objective.regressor`. Its widths and heads are the student's.
package struct RegressorSettings: Equatable, Sendable {
  /// Blocks that find latents; nil: CAE's 4, a third of the student's where it has fewer than 12.
  package var depth: Int?
  /// Blocks that predict of them; nil: as many.
  package var decoderDepth: Int?
  /// Weight of the latents' distance from those that the student itself has of masked patches.
  package var alignment = Double(RegressorShape.alignment)

  package init() {}

  package func shape(of student: StudentSettings) -> RegressorShape {
    let depth = depth ?? RegressorShape.usual(studentDepth: student.depth).depth
    return RegressorShape(depth: depth, decoderDepth: decoderDepth ?? depth, alignment: Float(alignment))
  }
}

extension RegressorSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("depth", \.depth, .optional("auto", .integer(1...256))),
      Setting("decoder_depth", \.decoderDepth, .optional("auto", .integer(1...256))),
      Setting("alignment", \.alignment, .number(.between(0, 1000))),
    ]
  }
}
