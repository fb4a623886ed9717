/// One vector of every rank on its way to being one sum.
///
/// Each rank owns a segment: it receives that of every other, makes the sum of them, and sends that back. So
/// 2 (n - 1) / n of the vector's bytes leave a rank, as in a ring, and whoever adds can do so in a fixed order.
final class SegmentExchange<Number: BitwiseCopyable> {
  /// The own vector, then the sum. Belongs to the exchange.
  let numbers: UnsafeMutableBufferPointer<Number>
  private let group: RankGroup
  private let bounds: [Int]
  /// Of this exchange alone: several may be under way, and each rank comes to their second half at its own time.
  private let sumTag: Int
  /// Segments of the other ranks for the one that is owned here, by rank.
  private var parts: [Int: UnsafeMutableBufferPointer<Number>] = [:]
  private var sending: [(rank: Int, transfer: any RankTransfer)] = []
  private var receiving: [(rank: Int, transfer: any RankTransfer)] = []
  private var phase = Phase.gathering

  private enum Phase { case gathering, spreading, done }

  /// Begins at once. All ranks begin their exchanges in the same order.
  init(_ numbers: UnsafeMutableBufferPointer<Number>, in group: RankGroup) throws {
    self.group = group
    self.numbers = numbers
    bounds = (0...group.count).map { numbers.count * $0 / group.count }
    let tags = group.nextTags()
    sumTag = tags.sum
    for other in others {
      sending.append((other, try send(segment(other), to: other, tag: tags.segment)))
      let part = UnsafeMutableBufferPointer<Number>.allocate(capacity: segment(group.rank).count)
      parts[other] = part
      receiving.append((other, try receive(part, from: other, tag: tags.segment)))
    }
  }

  deinit {
    // Memory that a message may still be read from or written to is left as it is: the run has failed.
    guard isDone else { return }
    numbers.deallocate()
    parts.values.forEach { $0.deallocate() }
  }

  var isDone: Bool { phase == .done }

  /// Ranks that keep it waiting.
  var awaited: [Int] { (sending + receiving).map(\.rank) }

  /// Drives what is under way; true once ``numbers`` is the sum.
  /// - Parameter add: puts the sum of all segments, which stand by rank, in the place of the own one; called once.
  func advance(
    add: (_ segments: [UnsafeMutableBufferPointer<Number>], _ own: UnsafeMutableBufferPointer<Number>) -> Void
  ) throws -> Bool {
    sending = try sending.filter { try !$0.transfer.isDone() }
    receiving = try receiving.filter { try !$0.transfer.isDone() }
    if phase == .gathering, sending.isEmpty, receiving.isEmpty {
      let own = segment(group.rank)
      if !own.isEmpty { add((0..<group.count).map { parts[$0] ?? own }, own) }
      for other in others {
        sending.append((other, try send(own, to: other, tag: sumTag)))
        receiving.append((other, try receive(segment(other), from: other, tag: sumTag)))
      }
      phase = .spreading
    }
    // Nobody is awaited where there is nobody else.
    if phase == .spreading, sending.isEmpty, receiving.isEmpty { phase = .done }
    return isDone
  }

  private var others: [Int] { (0..<group.count).filter { $0 != group.rank } }

  private func segment(_ rank: Int) -> UnsafeMutableBufferPointer<Number> {
    UnsafeMutableBufferPointer(rebasing: numbers[bounds[rank]..<bounds[rank + 1]])
  }

  private func send(_ part: UnsafeMutableBufferPointer<Number>, to rank: Int, tag: Int) throws -> any RankTransfer {
    try group.transport.send(UnsafeRawBufferPointer(part), to: rank, tag: tag)
  }

  private func receive(
    _ part: UnsafeMutableBufferPointer<Number>, from rank: Int, tag: Int
  ) throws -> any RankTransfer {
    try group.transport.receive(into: UnsafeMutableRawBufferPointer(part), from: rank, tag: tag)
  }
}
