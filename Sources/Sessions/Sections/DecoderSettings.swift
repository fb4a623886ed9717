import Recipe

/// The transformer between a student's tokens and its predictions, where the head is a decoder: section
/// `objective.decoder`.
package struct DecoderSettings: Equatable, Sendable {
  /// Transformer blocks; nil: MAE's 8, two thirds of the student's where it has fewer than 12.
  package var depth: Int?
  /// Features of a token; nil: MAE's 512, two thirds of the student's width where that is below 768.
  package var width: Int?
  /// Attention heads of a block; nil: one for every 32 features, as MAE has them.
  package var heads: Int?

  package init() {}

  package func shape(of student: StudentSettings) -> DecoderShape {
    let usual = DecoderShape.usual(studentWidth: student.width, studentDepth: student.depth)
    let width = width ?? usual.width
    return DecoderShape(
      depth: depth ?? usual.depth, width: width,
      heads: heads ?? (width == usual.width ? usual.heads : max(1, width / 32)))
  }
}

extension DecoderSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("depth", \.depth, .optional("auto", .integer(1...256))),
      Setting("width", \.width, .optional("auto", .integer(4...16_384))),
      Setting("heads", \.heads, .optional("auto", .integer(1...1_024))),
    ]
  }
}
