import Foundation
import Synchronization

/// Sums over the ranks that are under way while this process computes: a thread drives them until ``finish()``. In that
/// time no other call of the group is made.
package final class SumsBeside: @unchecked Sendable {
  // The thread has the sums until it has ended, then who called `finish()`.
  private let group: RankGroup
  private let form: SumForm
  private var sums: [any RankSum] = []
  private var failure: (any Error)?
  private let waiting = Mutex<[Bucket]>([])
  private let isClosed = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)
  private var isStarted = false
  /// Between two looks at what is under way: the core is the computation's.
  private static let pause: UInt32 = 200

  package init(_ group: RankGroup, form: SumForm = .float32) { (self.group, self.form) = (group, form) }

  /// Begins the next sum. All ranks give theirs in the same order.
  /// - Parameter values: the own vector; belongs to the sum from here on.
  package func add(_ values: UnsafeMutableBufferPointer<Float>) {
    let bucket = Bucket(values: values)
    waiting.withLock { $0.append(bucket) }
    guard !isStarted else { return }
    isStarted = true
    let thread = Thread { [self] in
      drive()
      ended.signal()
    }
    thread.name = "sums over ranks"
    thread.start()
  }

  /// Waits for all sums, and returns them in the order in which they were begun.
  package func finish() throws -> [any RankSum] {
    isClosed.store(true, ordering: .releasing)
    if isStarted { ended.wait() }
    if let failure { throw failure }
    try begin()
    try group.finish(sums)
    return sums
  }

  private func drive() {
    var open: [any RankSum] = []
    do {
      while !isClosed.load(ordering: .acquiring) {
        let known = sums.count
        try begin()
        open = try (open + sums[known...]).filter { try !$0.advance() }
        usleep(Self.pause)
      }
    } catch {
      failure = error
    }
  }

  private func begin() throws {
    let new = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for bucket in new { sums.append(try form.sum(bucket.values, in: group)) }
  }
}

/// Memory on its way to the thread, which owns it from then on.
private struct Bucket: @unchecked Sendable {
  let values: UnsafeMutableBufferPointer<Float>
}
