import Foundation
import Tensors

/// How often the likeliest code is the right one, and how many codes there are among the targets.
struct CodeAgreement: Equatable, Sendable {
  /// Share of masked patches whose code is told right; nil where there are none.
  let masked: Double?
  /// Share of all codes that occur among the targets.
  let usage: Double
  /// e to the entropy of the codes among the targets: as many as would be as even.
  let perplexity: Double

  /// - Parameters:
  ///   - predictions: [B, 1 + M, codes], or [R, codes] for some rows alone.
  ///   - targets: [B, 1 + M, 1] or [R, 1].
  ///   - mask: B * M entries.
  ///   - rows: which of the B * (1 + M) tokens the rows are; nil: all of them.
  init(predictions: Tensor, targets: Tensor, mask: [Bool], rows: [Int32]?, pictures: Int) {
    let codes = Objective.codes(of: targets)
    let told = rowArgmax(predictions.detached())
    let tokens = 1 + mask.count / max(pictures, 1)
    var (right, count) = (0, 0)
    for (place, code) in codes.enumerated() where code >= 0 {
      let (picture, within) = (rows.map { Int($0[place]) } ?? place).quotientAndRemainder(dividingBy: tokens)
      guard within > 0, mask[picture * (tokens - 1) + within - 1] else { continue }
      count += 1
      if told[place] == code { right += 1 }
    }
    masked = count > 0 ? Double(right) / Double(count) : nil
    (usage, perplexity) = codeUse(codes, of: predictions.shape[predictions.shape.count - 1])
  }
}

/// The share of all codes that occur, and e to their entropy.
/// - Parameters:
///   - codes: those below 0 are none.
///   - count: how many codes there are.
package func codeUse(_ codes: [Int32], of count: Int) -> (usage: Double, perplexity: Double) {
  var found = [Int](repeating: 0, count: count)
  for code in codes where code >= 0 && code < count { found[Int(code)] += 1 }
  let sum = Double(max(found.reduce(0, +), 1))
  let entropy = found.reduce(0.0) { $1 > 0 ? $0 - Double($1) / sum * log(Double($1) / sum) : $0 }
  return (Double(found.count { $0 > 0 }) / Double(max(count, 1)), exp(entropy))
}
