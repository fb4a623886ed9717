import Synchronization

/// Ranks that are threads of one process: for tests, and to see what sharing a step costs without a network.
package final class MemoryTransport: RankTransport {
  package let rank: Int
  package let count: Int
  package let host = "memory"
  private let exchange: Exchange

  private init(rank: Int, count: Int, exchange: Exchange) {
    (self.rank, self.count, self.exchange) = (rank, count, exchange)
  }

  /// So many ranks that reach each other.
  package static func group(of count: Int) -> [MemoryTransport] {
    let exchange = Exchange()
    return (0..<count).map { MemoryTransport(rank: $0, count: count, exchange: exchange) }
  }

  package func send(_ bytes: UnsafeRawBufferPointer, to other: Int, tag: Int) throws -> any RankTransfer {
    exchange.put(Array(bytes), Route(from: rank, to: other, tag: tag))
    return Sent()
  }

  package func receive(
    into bytes: UnsafeMutableRawBufferPointer, from other: Int, tag: Int
  ) throws -> any RankTransfer {
    Awaited(bytes, Route(from: other, to: rank, tag: tag), exchange)
  }

  package func finish() {}
  package func abort(status: Int32) {}

  private struct Route: Hashable {
    let from: Int
    let to: Int
    let tag: Int
  }

  private final class Exchange: Sendable {
    private let messages = Mutex<[Route: [[UInt8]]]>([:])

    func put(_ bytes: [UInt8], _ route: Route) { messages.withLock { $0[route, default: []].append(bytes) } }

    func take(_ route: Route) -> [UInt8]? {
      messages.withLock { messages in
        guard let first = messages[route]?.first else { return nil }
        messages[route]?.removeFirst()
        return first
      }
    }
  }

  private final class Sent: RankTransfer {
    func isDone() -> Bool { true }
  }

  private final class Awaited: RankTransfer {
    private let bytes: UnsafeMutableRawBufferPointer
    private let route: Route
    private let exchange: Exchange
    private var hasCome = false

    init(_ bytes: UnsafeMutableRawBufferPointer, _ route: Route, _ exchange: Exchange) {
      (self.bytes, self.route, self.exchange) = (bytes, route, exchange)
    }

    func isDone() throws -> Bool {
      guard !hasCome else { return true }
      guard let message = exchange.take(route) else { return false }
      guard message.count == bytes.count else {
        throw RankError("rank \(route.from) sent \(message.count) bytes where rank \(route.to) awaits \(bytes.count).")
      }
      bytes.copyBytes(from: message)
      hasCome = true
      return true
    }
  }
}
