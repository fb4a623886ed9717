/// The nearest neighbours of each of many rows, found so far: the largest similarities first, among equals the earlier
/// neighbour.
package struct NeighbourLists {
  private let length: Int
  private var similarities: [Float]
  private var indices: [Int32]
  /// Neighbours that each row has.
  private var counts: [Int32]

  /// - Parameter length: neighbours that are kept of a row.
  package init(rows: Int, length: Int) {
    self.length = max(length, 0)
    similarities = [Float](repeating: 0, count: rows * self.length)
    indices = [Int32](repeating: 0, count: rows * self.length)
    counts = [Int32](repeating: 0, count: rows)
  }

  /// From the nearest on.
  package subscript(row: Int) -> [(index: Int, similarity: Float)] {
    (row * length..<row * length + Int(counts[row])).map { (Int(indices[$0]), similarities[$0]) }
  }

  /// - Parameters:
  ///   - values: [rows, neighbours] similarities.
  ///   - neighbours: their numbers, above all that were added before.
  package mutating func add(_ values: [Float], of rows: Range<Int>, to neighbours: Range<Int>) {
    let length = length
    guard length > 0 else { return }
    values.withUnsafeBufferPointer { values in
      similarities.withUnsafeMutableBufferPointer { similarities in
        indices.withUnsafeMutableBufferPointer { indices in
          for row in rows {
            let start = row * length
            var count = Int(counts[row])
            let first = (row - rows.lowerBound) * neighbours.count
            for place in 0..<neighbours.count {
              let value = values[first + place]
              if count == length, value <= similarities[start + count - 1] { continue }
              var at = count == length ? count - 1 : count
              while at > 0, similarities[start + at - 1] < value {
                similarities[start + at] = similarities[start + at - 1]
                indices[start + at] = indices[start + at - 1]
                at -= 1
              }
              similarities[start + at] = value
              indices[start + at] = Int32(neighbours.lowerBound + place)
              if count < length { count += 1 }
            }
            counts[row] = Int32(count)
          }
        }
      }
    }
  }
}
