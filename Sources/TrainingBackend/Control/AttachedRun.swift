import Foundation
import RunEvents
import Sessions
import Synchronization

/// A run that another process trains, as a front end of this process sees it: the same events come out and the same
/// commands go in as with a ``TrainingBackend``. Leaving it, by whatever way, never ends the run.
///
/// What concerns the session's store (list, compare, edit) is answered here, from the store.
package final class AttachedRun: Sendable {
  package let run: String
  private let store: RunStore
  private let emit: @Sendable (RunEvent) -> Void
  private let desk: CatalogDesk
  private let writing = DispatchQueue(label: "mvp.attached.commands", qos: .userInitiated)
  private let connection: Mutex<Int32>
  private let summary = Mutex<RunSummary?>(nil)
  private let ended = DispatchGroup()
  private let isLeft = Atomic(false)
  private let lastStep = LastStep()

  /// Bytes of the longest event: a picture of 1024 pixels' edge, inspected by many teachers, takes less.
  private static let longestLine = 64 << 20
  /// How long a process that holds the run may take to answer.
  private static let attempts = 40
  private static let pauseMicroseconds: UInt32 = 50_000
  /// How long one that takes a run over may take to load its models.
  private static let successorSeconds = 120.0

  /// Connects to the process that trains a run.
  ///
  /// - Parameter emit: receives every event, on a thread of its own; the first ones bring a newcomer up to date.
  /// - Throws: ``BackendError`` where no process holds the run, or the one that does cannot be reached.
  package init(_ run: String, in store: RunStore, emit: @escaping @Sendable (RunEvent) -> Void) throws {
    self.run = run
    self.store = store
    self.emit = emit
    desk = CatalogDesk(directory: store.directory, step: { [lastStep] in lastStep.value }, emit: emit)
    connection = Mutex(try Self.connect(to: run, in: store))
  }

  deinit {
    connection.withLock { descriptor in _ = close(descriptor) }
  }

  /// Process that trains the run.
  package var process: Int? { connection.withLock { ControlSocket.peer(of: $0) } }

  /// Begins to hand events on. Call once.
  package func start() {
    ended.enter()
    let thread = Thread { [self] in follow() }
    thread.name = "attached run"
    thread.start()
  }

  /// Returns at once; may be called from any thread.
  package func send(_ command: RunCommand) {
    if desk.take(command) { return }
    guard let line = try? RunCommandCoder.line(command) else { return }
    writing.async { [self] in
      connection.withLock { descriptor in
        guard descriptor >= 0 else { return }
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
          let count = rest.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
          }
          // One that is gone is noticed by whoever reads.
          guard count > 0 || errno == EINTR else { return }
          rest = rest.dropFirst(max(0, count))
        }
      }
    }
  }

  /// Leaves the run alone: no more events come, what has been sent before still goes out. Returns at once.
  package func leave() {
    isLeft.store(true, ordering: .releasing)
    writing.async { [self] in
      connection.withLock { descriptor in _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Blocks until the run has ended, or its process is gone, or it was left.
  package func waitUntilFinished() -> RunSummary {
    ended.wait()
    return summary.withLock { $0 } ?? RunSummary(outcome: .lost, step: 0, seconds: 0)
  }

  private static func connect(to run: String, in store: RunStore) throws -> Int32 {
    let path = store.controlSocket(of: run).path
    var failure = SocketError(number: ENOENT)
    for attempt in 0..<attempts {
      if attempt > 0 { usleep(pauseMicroseconds) }
      guard store.holder(of: run) != nil else {
        throw BackendError("no process trains run \(run) of session \(store.directory.lastPathComponent) any more.")
      }
      do {
        return try ControlSocket.connect(to: path)
      } catch {
        failure = error
        // A run that is being opened listens in a moment.
        if !error.isNobodyThere { break }
      }
    }
    let holder = store.holder(of: run).map { "process \($0)" } ?? "a process"
    throw BackendError(
      "run \(run) is in the hands of \(holder), which cannot be reached at \(path) (\(failure)); "
        + "attach as the user who started it and with the same version of mvp.")
  }

  // MARK: reading

  private func follow() {
    defer { ended.leave() }
    while true {
      let last = readToTheEnd()
      if isLeft.load(ordering: .acquiring) { return }
      if var summary = last {
        let isHandedOver = summary.outcome == .detached
        let isTakenUp = isHandedOver && awaitSuccessor()
        if isLeft.load(ordering: .acquiring) { return }
        if !isTakenUp {
          if isHandedOver {
            summary.outcome = .lost
            summary.reason = "it was handed over, and no process has taken it up"
          }
          emit(.finished(summary))
          return end(with: summary)
        }
      }
      // The process parted from us (we were too slow, or were stopped), or is gone.
      do {
        let descriptor = try Self.connect(to: run, in: store)
        connection.withLock { old in
          close(old)
          old = descriptor
        }
      } catch {
        let last = (try? StoredRun(run, in: store))?.summary
        let lost = RunSummary(outcome: .lost, step: 0, seconds: 0, reason: "\(error)")
        let summary = last ?? lost
        emit(.finished(summary))
        return end(with: summary)
      }
    }
  }

  /// Whether another process has taken the run up that this one let go of; waits for it.
  private func awaitSuccessor() -> Bool {
    let end = ContinuousClock.now + .seconds(Self.successorSeconds)
    while ContinuousClock.now < end {
      if store.listener(of: run) != nil { return true }
      if isLeft.load(ordering: .acquiring) { return false }
      usleep(Self.pauseMicroseconds)
    }
    return false
  }

  private func end(with summary: RunSummary) { self.summary.withLock { $0 = summary } }

  /// Hands events on until the connection ends; returns the run's end where that was told.
  private func readToTheEnd() -> RunSummary? {
    let descriptor = connection.withLock { $0 }
    var buffer = LineBuffer(limit: Self.longestLine)
    var piece = [UInt8](repeating: 0, count: 65_536)
    var hasWarned = false
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0,
        let lines = piece.withUnsafeBytes({ buffer.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) })
      else { return nil }
      for line in lines {
        do {
          let event = try RunEventCoder.event(line: line)
          if case .finished(let summary) = event { return summary }
          if isLeft.load(ordering: .acquiring) { return nil }
          lastStep.take(event)
          emit(event)
        } catch  where !hasWarned {
          hasWarned = true
          emit(
            .message(
              RunMessage(
                level: .warning, step: lastStep.value,
                text: "the process that trains this run tells what this version of mvp does not know; update it")))
        } catch {
          continue
        }
      }
    }
  }
}
