import Dispatch
import Foundation
import RunEvents
import Synchronization

/// Writes what happens in a run to its store on a queue of its own, in order: whoever tells it never waits for the
/// store.
///
/// Steps are written together, half a second after the first of them at the latest; every other event at once. Where
/// the store cannot be written, everything waits in memory, a copy goes to the ``RecordingJournal``, and the store is
/// tried again and again: soon, then less often, in the end every two seconds.
package final class RecordingQueue: Sendable {
  /// How it stands with the store.
  package enum Notice: Sendable {
    /// It cannot be written.
    case failing(RunStoreError)
    /// It is written again.
    case written(BackOff)
  }

  /// Where the events are that the store did not take at the end.
  package struct Remainder: Sendable {
    package let error: any Error
    /// The journal has all of it.
    package let isInJournal: Bool
    /// The store has the events at least, and so the end; it lacks steps.
    package let hasEvents: Bool
  }

  /// Steps that may wait: some hundred bytes each.
  package static let mostSteps = 262_144

  /// What the journal's name ends with.
  package static let journalSuffix = RecordingJournal.suffix

  package let recorder: RunRecorder
  private let queue = DispatchQueue(label: "mvp.recorder", qos: .utility)
  private let state = Mutex(State())
  private let watcher = Mutex<(@Sendable (Notice) -> Void)?>(nil)
  /// Touched on `queue` only, as are the next ones.
  private nonisolated(unsafe) var outage: BackOff?
  private nonisolated(unsafe) var isClosed = false
  private nonisolated(unsafe) var journal: RecordingJournal
  private nonisolated(unsafe) var reserve: RunReserve

  private struct State {
    /// When the next write comes.
    var due: ContinuousClock.Instant?
    /// The next try comes by itself.
    var isFailing = false
  }

  private static let stepSeconds = 0.5
  private static let longestPause = 2.0
  /// How long one try waits for another process that writes.
  private static let busyMilliseconds = 1000

  package init(_ recorder: RunRecorder) {
    self.recorder = recorder
    journal = RecordingJournal(url: recorder.store.journal(of: recorder.name))
    reserve = RunReserve(path: recorder.store.reserve(of: recorder.name))
    queue.async { [self] in
      reserve.take()
      try? recorder.store.pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = \(Self.busyMilliseconds)")
      }
    }
  }

  /// Calls `watcher` on the recorder's queue when the store fails, once, and when it is written again; it must return
  /// at once.
  package func watch(_ watcher: @escaping @Sendable (Notice) -> Void) { self.watcher.withLock { $0 = watcher } }

  /// Takes an event in and returns at once. Events are written in the order in which they come.
  package func record(_ event: RunEvent) {
    switch recorder.gather(event) {
    case .never: break
    case .soon: schedule(in: Self.stepSeconds)
    case .now: schedule(in: 0)
    }
  }

  /// Takes in how the student did on a picture.
  package func keep(_ snapshot: PictureSnapshot) {
    recorder.gather(snapshot)
    schedule(in: Self.stepSeconds)
  }

  /// Steps and pictures that wait to be written.
  package var waiting: (steps: Int, pictures: Int) {
    let count = recorder.waiting
    return (count.steps, count.pictures)
  }

  /// Begins to write what waits.
  package func hurry() { schedule(in: 0) }

  /// Writes what waits, then calls `then` on some other thread: after `seconds` at the latest, whatever became of it.
  package func settle(within seconds: Double, then: @escaping @Sendable () -> Void) {
    let box = Once(then)
    queue.async { [self] in
      drain()
      box.call()
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { box.call() }
  }

  /// Writes what waits, then lets go of the run; blocks meanwhile. What the store does not take within
  /// `seconds` stays in the journal.
  ///
  /// - Returns: nil if the store has everything, else the error and whether the journal has the rest.
  package func close(within seconds: Double) -> Remainder? {
    let end = ContinuousClock.now + .seconds(seconds)
    return queue.sync {
      defer {
        isClosed = true
        _ = reserve.give()
        recorder.release()
      }
      var hasEvents = false
      while true {
        guard let failure = tryToWrite() else { return nil }
        if reserve.give() { continue }
        // How it ended is little, and tells more than the steps before it.
        if (try? recorder.flushEvents()) != nil { hasEvents = true }
        let pause = outage?.delay ?? 0
        guard ContinuousClock.now + .seconds(pause) < end else {
          return Remainder(error: failure, isInJournal: keepInJournal(), hasEvents: hasEvents)
        }
        usleep(UInt32(pause * 1e6))
      }
    }
  }

  private func schedule(in seconds: Double) {
    let due = ContinuousClock.now + .seconds(seconds)
    let isNews = state.withLock { state in
      guard !state.isFailing, state.due.map({ $0 > due }) ?? true else { return false }
      state.due = due
      return true
    }
    if isNews { queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.drain() } }
  }

  private func drain() {
    state.withLock { $0.due = nil }
    guard !isClosed, tryToWrite() != nil, let outage else { return }
    queue.asyncAfter(deadline: .now() + outage.delay) { [weak self] in
      guard let self, self.outage == outage else { return }
      drain()
    }
  }

  /// One try; what went wrong.
  private func tryToWrite() -> (any Error)? {
    do {
      try recorder.flush()
      journal.remove()
      if let over = outage {
        outage = nil
        state.withLock { $0.isFailing = false }
        // What came while this was written has not been scheduled.
        if recorder.waiting != Unrecorded.Count() { hurry() }
        tell(.written(over))
      }
      return nil
    } catch {
      let isFirst = outage == nil
      outage = outage ?? BackOff(most: Self.longestPause)
      outage?.failed()
      state.withLock { $0.isFailing = true }
      keepInJournal()
      if isFirst { tell(.failing(error as? RunStoreError ?? RunStoreError(.failed, "\(error)"))) }
      return error
    }
  }
}

extension RecordingQueue {
  private func tell(_ notice: Notice) { watcher.withLock { $0 }?(notice) }

  /// Whether the journal has everything then; where it cannot be written either, memory alone has it until the next
  /// try.
  @discardableResult
  private func keepInJournal() -> Bool {
    let (rest, all) = recorder.unwritten()
    guard (try? journal.add(rest.lines)) != nil else { return false }
    recorder.note(inJournal: all)
    return true
  }
}

/// Calls its closure once, however often it is asked.
private final class Once: Sendable {
  private let body: Mutex<(@Sendable () -> Void)?>

  init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

  func call() {
    let first = body.withLock { body in
      defer { body = nil }
      return body
    }
    first?()
  }
}
