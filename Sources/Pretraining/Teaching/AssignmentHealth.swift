import Foundation

/// Signs of collapse in a teacher's assignments: entropies in nats.
package struct AssignmentHealth: Equatable, Sendable {
  /// Mean entropy of one picture's assignment; ln(prototypes) means that the teacher says nothing.
  package let entropy: Double
  /// Entropy of the batch's mean assignment; near 0 means that all pictures go to one prototype.
  package let usage: Double

  /// - Parameter probabilities: rows * columns values, each row adding up to 1.
  package init(probabilities: [Float], rows: Int) {
    let columns = rows == 0 ? 0 : probabilities.count / rows
    var mean = [Double](repeating: 0, count: columns)
    var total = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        let probability = Double(probabilities[row * columns + column])
        mean[column] += probability / Double(rows)
        if probability > 0 { total -= probability * log(probability) }
      }
    }
    entropy = rows == 0 ? 0 : total / Double(rows)
    usage = mean.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }
}
