import CMPI

/// The sum of one vector over all ranks, of which each number goes over the network as bfloat16: half the bytes.
///
/// Each rank's part is rounded, the parts are added in float32 in the order of the ranks, and the sum is rounded once
/// more: every rank has the same bits, whoever added.
final class HalfSum: RankSum {
  let values: UnsafeMutableBufferPointer<Float>
  private let exchange: SegmentExchange<UInt16>
  /// Whether ``values`` is the sum.
  private var isDone = false

  /// Begins at once. All ranks begin their sums in the same order.
  /// - Parameter values: the own vector, which belongs to the sum from here on.
  init(_ values: UnsafeMutableBufferPointer<Float>, in group: RankGroup) throws {
    self.values = values
    let halves = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: values.count)
    if let to = halves.baseAddress, let from = values.baseAddress { mvp_to_halves(to, from, values.count) }
    exchange = try SegmentExchange(halves, in: group)
  }

  // Messages are of the halves alone.
  deinit { values.deallocate() }

  func advance() throws -> Bool {
    guard try exchange.advance(add: Self.add) else { return false }
    if !isDone, let to = values.baseAddress, let from = exchange.numbers.baseAddress {
      mvp_from_halves(to, from, values.count)
    }
    isDone = true
    return true
  }

  var awaited: [Int] { exchange.awaited }

  private static func add(
    _ segments: [UnsafeMutableBufferPointer<UInt16>], into own: UnsafeMutableBufferPointer<UInt16>
  ) {
    let sum = UnsafeMutableBufferPointer<Float>.allocate(capacity: own.count)
    defer { sum.deallocate() }
    guard let total = sum.baseAddress, let place = own.baseAddress else { return }
    for (rank, segment) in segments.enumerated() {
      guard let part = segment.baseAddress else { continue }
      // Rank 0's first, whoever adds.
      if rank == 0 { mvp_from_halves(total, part, own.count) } else { mvp_add_halves(total, part, own.count) }
    }
    mvp_to_halves(place, total, own.count)
  }
}
