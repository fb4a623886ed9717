/// What is not finite among the values of a tensor.
package struct NonFiniteValues: Codable, Equatable, Sendable {
  /// How many values are not finite, and of how many.
  package var count: Int
  package var total: Int
  /// Place of the first one, row-major, and what it is: `nan`, `inf` or `-inf`.
  package var first: Int
  package var value: String

  /// nil if all values are finite.
  package init?(_ values: [Float]) {
    // A finite value times 0 is 0, any other is nan: one pass without branches.
    guard !values.reduce(Float(0), { $0 + $1 * 0 }).isFinite else { return nil }
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    self.first = first
    total = values.count
    count = values.reduce(0) { $0 + ($1.isFinite ? 0 : 1) }
    value = values[first].isNaN ? "nan" : values[first] > 0 ? "inf" : "-inf"
  }

  package init?(_ tensor: Tensor) { self.init(tensor.detached().float32().array()) }

  /// Which of `parts` equal parts of the values hold some that are not finite: the pictures of a batch, say.
  package static func parts(_ values: [Float], of parts: Int) -> [Int] {
    let each = values.count / max(parts, 1)
    return (0..<parts).filter { part in values[part * each..<(part + 1) * each].contains { !$0.isFinite } }
  }
}

extension NonFiniteValues: CustomStringConvertible {
  /// `3 of 1040 values, the first nan`.
  package var description: String { "\(count) of \(total) values, the first \(value)" }
}
