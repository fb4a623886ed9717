import CMPI

/// The sum of one vector over all ranks, while it is under way.
///
/// Each rank owns a segment: it receives that of every other, adds them in the order of the ranks, and sends the sum
/// back. So 2 (n - 1) / n of the vector's bytes leave a rank, as in a ring, and the order of addition is fixed.
package final class BucketSum: RankSum {
  /// The own vector, then the sum.
  package let values: UnsafeMutableBufferPointer<Float>
  private let group: RankGroup
  private let bounds: [Int]
  /// Of this sum alone: several may be under way, and each rank comes to their second half at its own time.
  private let segmentTag: Int
  private let sumTag: Int
  /// Segments of the other ranks for the one that is owned here, by rank.
  private var parts: [Int: UnsafeMutableBufferPointer<Float>] = [:]
  private var sending: [(rank: Int, transfer: any RankTransfer)] = []
  private var receiving: [(rank: Int, transfer: any RankTransfer)] = []
  private var phase = Phase.gathering

  private enum Phase { case gathering, spreading, done }

  /// Begins at once. All ranks begin their sums in the same order.
  /// - Parameter values: the own vector, which belongs to the sum from here on.
  package init(_ values: UnsafeMutableBufferPointer<Float>, in group: RankGroup) throws {
    self.group = group
    self.values = values
    bounds = (0...group.count).map { values.count * $0 / group.count }
    (segmentTag, sumTag) = group.nextTags()
    for other in others {
      sending.append((other, try send(segment(other), to: other, tag: segmentTag)))
      let part = UnsafeMutableBufferPointer<Float>.allocate(capacity: segment(group.rank).count)
      parts[other] = part
      receiving.append((other, try receive(part, from: other, tag: segmentTag)))
    }
  }

  /// - Parameter fill: writes the own vector.
  package convenience init(
    count: Int, in group: RankGroup, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws {
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    fill(values)
    try self.init(values, in: group)
  }

  deinit {
    // Memory that a message may still be read from or written to is left as it is: the run has failed.
    guard phase == .done else { return }
    values.deallocate()
    parts.values.forEach { $0.deallocate() }
  }

  package func advance() throws -> Bool {
    sending = try sending.filter { try !$0.transfer.isDone() }
    receiving = try receiving.filter { try !$0.transfer.isDone() }
    switch phase {
    case .gathering where sending.isEmpty && receiving.isEmpty:
      add()
      for other in others {
        sending.append((other, try send(segment(group.rank), to: other, tag: sumTag)))
        receiving.append((other, try receive(segment(other), from: other, tag: sumTag)))
      }
      phase = .spreading
    case .spreading where sending.isEmpty && receiving.isEmpty: phase = .done
    default: break
    }
    return phase == .done
  }

  package var awaited: [Int] { (sending + receiving).map(\.rank) }

  private var others: [Int] { (0..<group.count).filter { $0 != group.rank } }

  private func segment(_ rank: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: values[bounds[rank]..<bounds[rank + 1]])
  }

  private func add() {
    let own = segment(group.rank)
    guard let place = own.baseAddress, !own.isEmpty, group.count > 1 else { return }
    // Rank 0's first, whoever adds.
    let sum = UnsafeMutableBufferPointer<Float>.allocate(capacity: own.count)
    defer { sum.deallocate() }
    _ = sum.update(fromContentsOf: group.rank == 0 ? own : parts[0] ?? own)
    for rank in 1..<group.count {
      guard let part = rank == group.rank ? place : parts[rank]?.baseAddress, let total = sum.baseAddress else {
        continue
      }
      mvp_add_part(total, part, own.count)
    }
    _ = own.update(fromContentsOf: sum)
  }

  private func send(_ part: UnsafeMutableBufferPointer<Float>, to rank: Int, tag: Int) throws -> any RankTransfer {
    try group.transport.send(UnsafeRawBufferPointer(part), to: rank, tag: tag)
  }

  private func receive(
    _ part: UnsafeMutableBufferPointer<Float>, from rank: Int, tag: Int
  ) throws -> any RankTransfer {
    try group.transport.receive(into: UnsafeMutableRawBufferPointer(part), from: rank, tag: tag)
  }
}
