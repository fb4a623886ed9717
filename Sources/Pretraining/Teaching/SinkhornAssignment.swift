import Foundation

/// Soft assignments of rows to prototypes that use all prototypes alike: the teacher's centring of SwAV and DINOv2
/// (facebookresearch/dinov2, `dino_clstoken_loss.py`, Sinkhorn-Knopp).
///
/// Unlike a running centre it gives sharp and balanced targets from the first step, when all features still look alike.
/// - Parameters:
///   - logits: rows * columns values.
///   - temperature: smaller is sharper.
/// - Returns: rows * columns probabilities; every row adds up to 1.
package func sinkhornAssignment(_ logits: [Float], rows: Int, temperature: Float, iterations: Int = 3) -> [Float] {
  guard rows > 0 else { return [] }
  let columns = logits.count / rows
  let largest = logits.max() ?? 0
  var q = logits.map { exp(Double($0 - largest) / Double(temperature)) }
  for _ in 0..<iterations {
    for column in 0..<columns {
      var sum = 0.0
      for row in 0..<rows { sum += q[row * columns + column] }
      guard sum > 0 else { continue }
      for row in 0..<rows { q[row * columns + column] /= sum }
    }
    for row in 0..<rows {
      var sum = 0.0
      for column in 0..<columns { sum += q[row * columns + column] }
      guard sum > 0 else { continue }
      for column in 0..<columns { q[row * columns + column] /= sum }
    }
  }
  return q.map { Float($0) }
}
