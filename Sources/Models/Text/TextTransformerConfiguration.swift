import Tensors

/// CLIP's text tower.
package struct TextTransformerConfiguration: Codable, Equatable, Sendable {
  package var vocabularySize: Int
  /// Tokens of a text, start and end included.
  package var contextLength: Int
  package var width: Int
  package var depth: Int
  package var heads: Int
  /// Width of the MLPs' middle.
  package var hidden: Int
  package var activation: Activation
  package var layerNormEpsilon: Float
  /// Outputs of the projection.
  package var projection: Int
  /// The token whose feature stands for the text.
  package var endToken: Int32

  package init(
    vocabularySize: Int = 49408, contextLength: Int = 77, width: Int = 512, depth: Int = 12, heads: Int = 8,
    hidden: Int? = nil, activation: Activation = .quickGELU, layerNormEpsilon: Float = 1e-5, projection: Int = 512,
    endToken: Int32? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.contextLength = contextLength
    self.width = width
    self.depth = depth
    self.heads = heads
    self.hidden = hidden ?? 4 * width
    self.activation = activation
    self.layerNormEpsilon = layerNormEpsilon
    self.projection = projection
    self.endToken = endToken ?? Int32(clamping: vocabularySize - 1)
  }

  var block: BlockShape {
    BlockShape(
      width: width, heads: heads, hidden: hidden, activation: activation, layerNormEpsilon: layerNormEpsilon,
      isCausal: true)
  }

  /// What makes the figures unfit for a model, as a clause for an error; nil when nothing does.
  package var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("vocabularySize", vocabularySize, 1...10_000_000), ("contextLength", contextLength, 2...65536),
      ("width", width, 1...16384), ("depth", depth, 1...256), ("heads", heads, 1...1024),
      ("hidden", hidden, 1...1_048_576),
      ("projection", projection, 1...65536), ("endToken", Int(endToken), 0...max(vocabularySize - 1, 0)),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)"
    }
    if width % heads != 0 { return "width \(width) is no multiple of \(heads) heads" }
    if !(layerNormEpsilon >= 0 && layerNormEpsilon < 1) { return "layerNormEpsilon is \(layerNormEpsilon)" }
    return nil
  }
}
