import Foundation
import Synchronization

/// The processes that train one run together, as one of them sees them.
///
/// All ranks make the same calls in the same order. Sums are made in the order of the ranks, so that equal groups give
/// equal bits. A call that waits for a rank gives up after ``patience`` and names it. Belongs to one serial queue.
package final class RankGroup {
  package let transport: any RankTransport
  /// Seconds for which the others may keep this rank waiting within a step.
  package let patience: Double
  /// Host of each rank.
  package private(set) var hosts: [String] = []
  /// Seconds that this rank has waited for others so far.
  package private(set) var waited = 0.0
  /// Whether a call was given up: messages may be half there, so that no further call is made.
  package private(set) var isBroken = false
  /// Seconds that are left to this rank for a call, once it is to end.
  private let grace: Double
  private let mustEnd = Atomic(false)

  package var rank: Int { transport.rank }
  package var count: Int { transport.count }

  enum Tag {
    static let size = 1
    static let bytes = 2
    /// Of sums, from here on.
    static let firstOfSums = 3
    /// As many sums as can be told apart; MPI has at least 32,768 tags.
    static let sums = 8192
  }

  private var sums = 0

  /// Makes the ranks known to each other.
  /// - Parameter grace: seconds that who started the ranks leaves them after it has asked them to end.
  package init(_ transport: any RankTransport, patience: Double, grace: Double = 10) throws {
    self.transport = transport
    self.patience = patience
    self.grace = grace
    hosts = [String](repeating: "?", count: transport.count)
    hosts = try gather(Array(transport.host.utf8), what: "answer at the start").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The process is asked to end: who waits for others now gives up soon. May be called from any thread.
  package func hurry() { mustEnd.store(true, ordering: .releasing) }

  /// Tags of a sum's two halves.
  func nextTags() -> (segment: Int, sum: Int) {
    sums = (sums + 1) % Tag.sums
    return (Tag.firstOfSums + 2 * sums, Tag.firstOfSums + 2 * sums + 1)
  }

  package func name(of rank: Int) -> String { "rank \(rank) on \(rank < hosts.count ? hosts[rank] : "?")" }

  /// What each rank gives, by rank.
  package func gather(_ own: [UInt8], what: String) throws -> [[UInt8]] {
    var sizes = [[UInt8]](repeating: [UInt8](repeating: 0, count: 8), count: count)
    sizes[rank] = bytes(of: own.count)
    try exchange(&sizes, tag: Tag.size, what)
    var all = sizes.map { [UInt8](repeating: 0, count: size(in: $0)) }
    all[rank] = own
    try exchange(&all, tag: Tag.bytes, what)
    return all
  }

  /// What rank 0 gives; the others give nil.
  /// - Parameter waits: for as long as it takes: a run may be paused for days.
  package func broadcast(_ own: [UInt8]?, what: String, waits: Bool = false) throws -> [UInt8] {
    if rank == 0 {
      let own = own ?? []
      for (tag, part) in [(Tag.size, bytes(of: own.count)), (Tag.bytes, own)] where !part.isEmpty {
        try part.withUnsafeBytes { part in
          try wait(try others.map { ($0, try transport.send(part, to: $0, tag: tag)) }, what)
        }
      }
      return own
    }
    var header = [UInt8](repeating: 0, count: 8)
    try header.withUnsafeMutableBytes { header in
      try wait([(0, try transport.receive(into: header, from: 0, tag: Tag.size))], what, forever: waits)
    }
    var bytes = [UInt8](repeating: 0, count: size(in: header))
    guard !bytes.isEmpty else { return bytes }
    try bytes.withUnsafeMutableBytes { bytes in
      try wait([(0, try transport.receive(into: bytes, from: 0, tag: Tag.bytes))], what)
    }
    return bytes
  }

  /// Drives sums that are under way until all are done.
  package func finish(_ sums: [any RankSum]) throws {
    var open = sums
    try poll("part of a sum", seconds: patience) {
      open = try open.filter { try !$0.advance() }
      return Array(Set(open.flatMap(\.awaited))).sorted()
    }
  }

  private var others: [Int] { (0..<count).filter { $0 != rank } }

  /// Sends the own part to all, and receives theirs into their places.
  private func exchange(_ parts: inout [[UInt8]], tag: Int, _ what: String) throws {
    let own = parts[rank]
    try own.withUnsafeBytes { own in
      var transfers: [(rank: Int, transfer: any RankTransfer)] = []
      let places = parts.indices.map { index -> UnsafeMutableRawBufferPointer in
        .allocate(byteCount: parts[index].count, alignment: 8)
      }
      for other in others {
        if !own.isEmpty { transfers.append((other, try transport.send(own, to: other, tag: tag))) }
        guard places[other].count > 0 else { continue }
        transfers.append((other, try transport.receive(into: places[other], from: other, tag: tag)))
      }
      // Where waiting is given up, memory that may still be written to is left as it is.
      try wait(transfers, what)
      for other in others { parts[other] = Array(places[other]) }
      places.forEach { $0.deallocate() }
    }
  }

  private func wait(
    _ transfers: [(rank: Int, transfer: any RankTransfer)], _ what: String, forever: Bool = false
  ) throws {
    var open = transfers
    try poll(what, seconds: forever ? nil : patience) {
      open = try open.filter { try !$0.transfer.isDone() }
      return open.map(\.rank)
    }
  }

  /// Asks until nobody is awaited.
  private func poll(_ what: String, seconds: Double?, _ awaited: () throws -> [Int]) throws {
    guard !isBroken else { throw RankError("the ranks no longer train together: one of them was given up.") }
    let start = ContinuousClock.now
    var pause: UInt32 = 0
    var asked = 0
    defer { waited += start.duration(to: .now) / .seconds(1) }
    while true {
      let missing: [Int]
      do {
        missing = try awaited()
      } catch {
        isBroken = true
        throw error
      }
      guard !missing.isEmpty else { return }
      asked += 1
      // At once what comes at once; then the core is somebody else's.
      if asked > 200 {
        pause = min(pause + 20, seconds == nil ? 2000 : 200)
        usleep(pause)
      }
      let gone = start.duration(to: .now) / .seconds(1)
      let limit = mustEnd.load(ordering: .acquiring) ? min(grace, seconds ?? grace) : seconds
      if let limit, gone > limit {
        isBroken = true
        throw RankError.silent(missing, hosts: hosts, seconds: gone, what)
      }
    }
  }

  private func bytes(of count: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(count).littleEndian) { Array($0) } }

  private func size(in bytes: [UInt8]) -> Int {
    Int(bytes.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
  }
}
