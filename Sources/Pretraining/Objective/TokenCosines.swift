import Tensors

/// How close predictions came to their targets, whatever the loss: cosines, with no gradient.
public struct TokenCosines: Equatable, Sendable {
  /// One value for every token, `pictures * (1 + patches)`, CLS first in every picture.
  public let perToken: [Float]
  /// Mean over CLS tokens.
  public let cls: Double
  /// Mean over masked patches; nil where none is masked.
  public let masked: Double?
  /// Mean over visible patches; nil where all are masked.
  public let visible: Double?

  /// - Parameters:
  ///   - predictions, targets: [B, 1 + M, D].
  ///   - mask: B * M entries.
  public init(predictions: Tensor, targets: Tensor, mask: [Bool]) {
    let (pictures, tokens, width) = (predictions.shape[0], predictions.shape[1], predictions.shape[2])
    perToken = rowCosines(
      predictions.detached().reshaped([pictures * tokens, width]),
      targets.detached().reshaped([pictures * tokens, width]))
    var sums = (cls: 0.0, masked: 0.0, visible: 0.0)
    var maskedCount = 0
    for picture in 0..<pictures {
      sums.cls += Double(perToken[picture * tokens])
      for patch in 0..<tokens - 1 {
        let cosine = Double(perToken[picture * tokens + 1 + patch])
        if mask[picture * (tokens - 1) + patch] {
          sums.masked += cosine
          maskedCount += 1
        } else {
          sums.visible += cosine
        }
      }
    }
    let visibleCount = pictures * (tokens - 1) - maskedCount
    cls = sums.cls / Double(max(pictures, 1))
    masked = maskedCount > 0 ? sums.masked / Double(maskedCount) : nil
    visible = visibleCount > 0 ? sums.visible / Double(visibleCount) : nil
  }

  /// The cosines of one picture's patches, row-major.
  public func patches(ofPicture picture: Int, tokens: Int) -> [Float] {
    Array(perToken[picture * tokens + 1..<(picture + 1) * tokens])
  }
}
