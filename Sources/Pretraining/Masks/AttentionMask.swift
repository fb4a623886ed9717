import Foundation
import Tensors

/// A mask by weights: patches stay visible in the order of a draw without replacement in which each comes next with a
/// probability in proportion to its weight, as torch.multinomial draws them for MILAN (Hou et al. 2022, section 3.2).
///
/// A race of exponential times with the weights as rates comes to the same order.
/// - Parameters:
///   - weights: of every patch, 0 or more; patches of weight 0 are seen after all others.
///   - masked: in `0...weights.count`.
/// - Returns: as many entries as weights, true = masked.
package func attentionMask(weights: [Float], masked: Int, using generator: inout Philox) -> [Bool] {
  let times = weights.map { weight -> (arrives: Double, drawn: Double) in
    let drawn = -log(1 - Double(generator.uniform()))
    return (weight > 0 ? drawn / Double(weight) : .infinity, drawn)
  }
  let order = weights.indices.sorted {
    (times[$0].arrives, times[$0].drawn, $0) < (times[$1].arrives, times[$1].drawn, $1)
  }
  var mask = [Bool](repeating: false, count: weights.count)
  for patch in order.suffix(masked) { mask[patch] = true }
  return mask
}
