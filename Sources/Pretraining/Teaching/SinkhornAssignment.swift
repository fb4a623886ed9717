import Foundation

/// Soft assignments of rows to prototypes that use all prototypes alike: the teacher's centring of SwAV and DINOv2
/// (facebookresearch/dinov2, `dino_clstoken_loss.py`, Sinkhorn-Knopp).
///
/// Logits are first centred by column and divided by their standard deviation, so that targets are equally sharp
/// whether features lie close together, as at the start, or far apart. At a fixed temperature a small model's targets
/// turn even within the first hundred steps, and the student follows them there. Rounds go on until every prototype has
/// its share to within a hundredth: DINOv2's three are enough for its large batches, not for a few dozen pictures.
/// - Parameters:
///   - logits: rows * columns values.
///   - temperature: in standard deviations of the logits; smaller is sharper.
/// - Returns: rows * columns probabilities; every row adds up to 1.
package func sinkhornAssignment(_ logits: [Float], rows: Int, temperature: Float) -> [Float] {
  guard rows > 0 else { return [] }
  let columns = logits.count / rows
  var q = standardized(logits, rows: rows, columns: columns)
  let largest = q.max() ?? 0
  for index in q.indices { q[index] = exp((q[index] - largest) / Double(temperature)) }
  let share = Double(rows) / Double(columns)
  for _ in 0..<mostRounds {
    var sums = columnSums(q, columns: columns)
    for index in q.indices where sums[index % columns] > 0 { q[index] /= sums[index % columns] }
    for row in 0..<rows {
      let place = row * columns..<(row + 1) * columns
      let sum = q[place].reduce(0, +)
      if sum > 0 { for index in place { q[index] /= sum } }
    }
    sums = columnSums(q, columns: columns)
    if sums.allSatisfy({ abs($0 - share) <= balance * share }) { break }
  }
  return q.map { Float($0) }
}

private let mostRounds = 100
/// How far a prototype's share may be from its due.
private let balance = 0.01

private func columnSums(_ q: [Double], columns: Int) -> [Double] {
  var sums = [Double](repeating: 0, count: columns)
  for (index, value) in q.enumerated() { sums[index % columns] += value }
  return sums
}

/// Columns brought to mean 0, the whole to variance 1.
private func standardized(_ logits: [Float], rows: Int, columns: Int) -> [Double] {
  var values = logits.map { Double($0) }
  for column in 0..<columns {
    var mean = 0.0
    for row in 0..<rows { mean += values[row * columns + column] / Double(rows) }
    for row in 0..<rows { values[row * columns + column] -= mean }
  }
  let deviation = (values.reduce(0) { $0 + $1 * $1 } / Double(max(values.count, 1))).squareRoot()
  guard deviation > 0 else { return values }
  return values.map { $0 / deviation }
}
