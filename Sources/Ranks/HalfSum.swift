import CMPI

/// The sum of one vector over all ranks, of which each number goes over the network as bfloat16: half the bytes.
///
/// Each rank's part is rounded, the parts are added in float32 in the order of the ranks, and the sum is rounded once
/// more: every rank has the same bits, whoever added.
final class HalfSum: RankSum {
  let values: UnsafeMutableBufferPointer<Float>
  private let group: RankGroup
  private let bounds: [Int]
  private let sumTag: Int
  /// The own vector as it is sent, then the sum as it is received.
  private let halves: UnsafeMutableBufferPointer<UInt16>
  /// Segments of the other ranks for the one that is owned here, by rank.
  private var parts: [Int: UnsafeMutableBufferPointer<UInt16>] = [:]
  private var sending: [(rank: Int, transfer: any RankTransfer)] = []
  private var receiving: [(rank: Int, transfer: any RankTransfer)] = []
  private var phase = Phase.gathering

  private enum Phase { case gathering, spreading, done }

  /// Begins at once. All ranks begin their sums in the same order.
  /// - Parameter values: the own vector, which belongs to the sum from here on.
  init(_ values: UnsafeMutableBufferPointer<Float>, in group: RankGroup) throws {
    self.group = group
    self.values = values
    bounds = (0...group.count).map { values.count * $0 / group.count }
    let tags = group.nextTags()
    sumTag = tags.sum
    halves = .allocate(capacity: values.count)
    if let to = halves.baseAddress, let from = values.baseAddress { mvp_to_halves(to, from, values.count) }
    for other in others {
      sending.append((other, try send(segment(other), to: other, tag: tags.segment)))
      let part = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: segment(group.rank).count)
      parts[other] = part
      receiving.append((other, try receive(part, from: other, tag: tags.segment)))
    }
  }

  deinit {
    // Memory that a message may still be read from or written to is left as it is: the run has failed.
    guard phase == .done else { return }
    values.deallocate()
    halves.deallocate()
    parts.values.forEach { $0.deallocate() }
  }

  func advance() throws -> Bool {
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
      // Nobody is awaited where there is nobody else.
      if others.isEmpty { finish() }
    case .spreading where sending.isEmpty && receiving.isEmpty: finish()
    default: break
    }
    return phase == .done
  }

  private func finish() {
    if let to = values.baseAddress, let from = halves.baseAddress { mvp_from_halves(to, from, values.count) }
    phase = .done
  }

  var awaited: [Int] { (sending + receiving).map(\.rank) }

  private var others: [Int] { (0..<group.count).filter { $0 != group.rank } }

  private func segment(_ rank: Int) -> UnsafeMutableBufferPointer<UInt16> {
    UnsafeMutableBufferPointer(rebasing: halves[bounds[rank]..<bounds[rank + 1]])
  }

  private func add() {
    let own = segment(group.rank)
    guard let place = own.baseAddress else { return }
    let sum = UnsafeMutableBufferPointer<Float>.allocate(capacity: own.count)
    defer { sum.deallocate() }
    guard let total = sum.baseAddress else { return }
    for rank in 0..<group.count {
      guard let part = rank == group.rank ? place : parts[rank]?.baseAddress else { continue }
      // Rank 0's first, whoever adds.
      if rank == 0 { mvp_from_halves(total, part, own.count) } else { mvp_add_halves(total, part, own.count) }
    }
    mvp_to_halves(place, total, own.count)
  }

  private func send(_ part: UnsafeMutableBufferPointer<UInt16>, to rank: Int, tag: Int) throws -> any RankTransfer {
    try group.transport.send(UnsafeRawBufferPointer(part), to: rank, tag: tag)
  }

  private func receive(
    _ part: UnsafeMutableBufferPointer<UInt16>, from rank: Int, tag: Int
  ) throws -> any RankTransfer {
    try group.transport.receive(into: UnsafeMutableRawBufferPointer(part), from: rank, tag: tag)
  }
}
