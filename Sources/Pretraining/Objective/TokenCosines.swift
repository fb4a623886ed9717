import Tensors

/// How close predictions came to their targets, whatever the loss: cosines, with no gradient.
package struct TokenCosines: Equatable, Sendable {
  /// One value for every token, `pictures * (1 + patches)`, CLS first in every picture; nan for those that were not
  /// computed.
  package let perToken: [Float]
  /// Mean over CLS tokens; nil where none was computed.
  package let cls: Double?
  /// Mean over masked patches; nil where there are none.
  package let masked: Double?
  /// Mean over visible patches; nil where there are none.
  package let visible: Double?

  /// - Parameters:
  ///   - predictions, targets: [B, 1 + M, D], or [R, D] for some rows alone.
  ///   - mask: B * M entries.
  ///   - computed: which of the B * (1 + M) tokens the rows are, and B; nil: all of them.
  package init(
    predictions: Tensor, targets: Tensor, mask: [Bool], computed: (rows: [Int32], pictures: Int)? = nil
  ) {
    let rows = computed?.rows
    let pictures = computed?.pictures ?? predictions.shape[0]
    let width = predictions.shape.last ?? 1
    let count = predictions.count / max(width, 1)
    let cosines = rowCosines(
      predictions.detached().reshaped([count, width]), targets.detached().reshaped([count, width]))
    let tokens = 1 + mask.count / max(pictures, 1)
    var cls = Mean()
    var masked = Mean()
    var visible = Mean()
    var all = rows == nil ? cosines : [Float](repeating: .nan, count: pictures * tokens)
    for (place, cosine) in cosines.enumerated() {
      let token = rows.map { Int($0[place]) } ?? place
      all[token] = cosine
      let (picture, within) = token.quotientAndRemainder(dividingBy: tokens)
      if within == 0 {
        cls.add(cosine)
      } else if mask[picture * (tokens - 1) + within - 1] {
        masked.add(cosine)
      } else {
        visible.add(cosine)
      }
    }
    perToken = all
    self.cls = cls.value
    self.masked = masked.value
    self.visible = visible.value
  }

  /// The mean over the tokens that weigh something and were computed; nil where there are none.
  /// - Parameter weights: one a token.
  func mean(counting weights: [Float]) -> Double? {
    var mean = Mean()
    for (cosine, weight) in zip(perToken, weights) where weight > 0 && !cosine.isNaN { mean.add(cosine) }
    return mean.value
  }

  /// The cosines of one picture's patches, row-major.
  package func patches(ofPicture picture: Int, tokens: Int) -> [Float] {
    Array(perToken[picture * tokens + 1..<(picture + 1) * tokens])
  }
}

private struct Mean {
  private var sum = 0.0
  private var count = 0

  mutating func add(_ value: Float) {
    sum += Double(value)
    count += 1
  }

  var value: Double? { count > 0 ? sum / Double(count) : nil }
}
