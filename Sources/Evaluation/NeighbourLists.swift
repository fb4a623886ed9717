import CKernels
import Tensors

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
  package mutating func add(_ values: Tensor, of rows: Range<Int>, to neighbours: Range<Int>) {
    let length = length
    guard length > 0 else { return }
    let device = values.device
    values.withFloats { values in
      similarities.withUnsafeMutableBufferPointer { similarities in
        indices.withUnsafeMutableBufferPointer { indices in
          counts.withUnsafeMutableBufferPointer { counts in
            guard let values = values.baseAddress, let similarities = similarities.baseAddress,
              let indices = indices.baseAddress,
              let counts = counts.baseAddress
            else { return }
            onAllCores(of: device, rows.count) { place in
              let row = rows.lowerBound + place
              mvp_keep_largest(
                values + place * neighbours.count, neighbours.count, Int32(neighbours.lowerBound), length,
                similarities + row * length, indices + row * length, counts + row)
            }
          }
        }
      }
    }
  }
}
