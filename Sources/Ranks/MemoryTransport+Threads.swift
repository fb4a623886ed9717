import Foundation
import Synchronization

/// Runs something as every rank at once, each on a thread of its own, and gives what they return, by rank.
///
/// - Throws: what the first rank that failed threw.
package func onRanks<Answer: Sendable>(
  _ count: Int, patience: Double = 60, grace: Double = 10, _ body: @escaping @Sendable (RankGroup) throws -> Answer
) throws -> [Answer] {
  let results = Mutex<[Int: Result<Answer, any Error>]>([:])
  let done = DispatchGroup()
  for transport in MemoryTransport.group(of: count) {
    nonisolated(unsafe) let transport = transport
    done.enter()
    let thread = Thread {
      let result = Result { try body(RankGroup(transport, patience: patience, grace: grace)) }
      results.withLock { $0[transport.rank] = result }
      done.leave()
    }
    // As deep as a main thread's.
    thread.stackSize = 8 << 20
    thread.start()
  }
  done.wait()
  return try results.withLock { results in try (0..<count).compactMap { try results[$0]?.get() } }
}
