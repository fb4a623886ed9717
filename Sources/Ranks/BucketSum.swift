import CMPI

/// The sum of one vector over all ranks, while it is under way: added in the order of the ranks.
package final class BucketSum: RankSum {
  private let exchange: SegmentExchange<Float>

  /// The own vector, then the sum.
  package var values: UnsafeMutableBufferPointer<Float> { exchange.numbers }

  /// Begins at once. All ranks begin their sums in the same order.
  /// - Parameter values: the own vector, which belongs to the sum from here on.
  package init(_ values: UnsafeMutableBufferPointer<Float>, in group: RankGroup) throws {
    exchange = try SegmentExchange(values, in: group)
  }

  /// - Parameter fill: writes the own vector.
  package convenience init(
    count: Int, in group: RankGroup, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws {
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    fill(values)
    try self.init(values, in: group)
  }

  package func advance() throws -> Bool { try exchange.advance(add: Self.add) }

  package var awaited: [Int] { exchange.awaited }

  private static func add(
    _ segments: [UnsafeMutableBufferPointer<Float>], into own: UnsafeMutableBufferPointer<Float>
  ) {
    let sum = UnsafeMutableBufferPointer<Float>.allocate(capacity: own.count)
    defer { sum.deallocate() }
    // Rank 0's first, whoever adds.
    _ = sum.update(fromContentsOf: segments[0])
    for part in segments.dropFirst() {
      if let total = sum.baseAddress, let part = part.baseAddress { mvp_add_part(total, part, own.count) }
    }
    _ = own.update(fromContentsOf: sum)
  }
}
