import Dispatch
import Foundation
import RunEvents
import Sessions
import Synchronization

/// Lets other processes of the same user watch and steer a run: they connect to a Unix socket beside the run's lock,
/// hear how things stand and then every event, and send commands, both as JSON lines.
///
/// A plain socket and not a table of commands in the store: a key is answered within the step, pictures and progress
/// that no store keeps can be seen, and the kernel tells each side when the other is gone. No library is needed for one
/// socket on one queue.
///
/// Everything happens on that queue; training only leaves events there, and never waits for a viewer.
package final class ControlServer: Sendable {
  private let queue = DispatchQueue(label: "mvp.control", qos: .userInitiated)
  private let viewerCount = Atomic<Int>(0)
  private let hasArrival = Atomic<Bool>(false)
  /// Touched on `queue` only.
  private nonisolated(unsafe) var snapshot = RunSnapshot()
  private nonisolated(unsafe) var viewers: [Viewer] = []
  private nonisolated(unsafe) var door: ControlDoor?

  /// Viewers that are let in at the same time: each may keep some megabytes waiting.
  package static let mostViewers = 32
  /// Whether the run has been told that somebody was turned away, since there was room.
  private nonisolated(unsafe) var isFull = false

  /// Seconds that the last words to viewers may take, all together.
  private static let farewellSeconds = 1.0

  /// What the server asks of the run.
  package struct Host: Sendable {
    /// Brings the store up to date, where a viewer reads what it has missed, and calls back, in a moment at the latest.
    var flush: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// Tells all front ends.
    var emit: @Sendable (RunEvent) -> Void
    var obey: @Sendable (RunCommand) -> Void
    /// Called after a viewer has come.
    var wake: @Sendable () -> Void

    package init(
      flush: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
      emit: @escaping @Sendable (RunEvent) -> Void,
      obey: @escaping @Sendable (RunCommand) -> Void, wake: @escaping @Sendable () -> Void
    ) {
      self.flush = flush
      self.emit = emit
      self.obey = obey
      self.wake = wake
    }
  }

  package init() {}

  /// Whether somebody looks from another process.
  package var hasViewers: Bool { viewerCount.load(ordering: .acquiring) > 0 }

  /// Whether a viewer has come since the last call.
  func takeArrival() -> Bool { hasArrival.exchange(false, ordering: .acquiringAndReleasing) }

  /// Begins to listen. For whoever holds the run.
  package func open(at path: String, for host: Host) throws {
    let opened = try ControlDoor(
      at: path, queue: queue, admit: { [self] in admit($0, host) },
      full: { [self] reason in
        let text =
          reason.map { "nobody more can attach for now: \($0); the run goes on, raise `ulimit -n`" }
          ?? "others can attach again"
        host.emit(.message(RunMessage(level: reason == nil ? .info : .warning, step: snapshot.step, text: text)))
      })
    nonisolated(unsafe) let door = opened
    queue.sync { self.door = door }
    door.activate()
  }

  /// Every event of the run, from any thread.
  package func post(_ event: RunEvent) {
    queue.async { [self] in
      snapshot.take(event)
      guard !viewers.isEmpty, let line = try? RunEventCoder.line(event) else { return }
      for viewer in viewers { viewer.write(line) }
    }
  }

  /// Nobody comes in any more, and the socket's file is gone. For whoever still holds the run: later the file may be
  /// another's.
  func shut() {
    queue.sync {
      door?.shut()
      door = nil
    }
  }

  /// Sends what viewers have not taken and parts from them.
  package func close() {
    shut()
    queue.sync {
      for viewer in viewers { viewer.finish(seconds: Self.farewellSeconds / Double(viewers.count)) }
      viewers = []
      viewerCount.store(0, ordering: .releasing)
    }
  }

  /// Turns somebody away in a sentence.
  private func refuse(_ descriptor: Int32, _ host: Host) {
    let reason = "\(Self.mostViewers) others are attached to this run, more are not let in: leave one of them"
    let summary = RunSummary(outcome: .lost, step: snapshot.step, seconds: 0, reason: reason)
    ControlSocket.setNonblocking(descriptor)
    if let line = try? RunEventCoder.line(.finished(summary)) {
      _ = (line + "\n").withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }
    Glibc.close(descriptor)
    guard !isFull else { return }
    isFull = true
    let text = "\(Self.mostViewers) are attached, more are turned away"
    host.emit(.message(RunMessage(level: .warning, step: snapshot.step, text: text)))
  }

  private func admit(_ descriptor: Int32, _ host: Host) {
    guard viewers.count < Self.mostViewers else { return refuse(descriptor, host) }
    let viewer = Viewer(
      descriptor: descriptor, queue: queue, take: { [self] in obey($1, of: $0, host) },
      left: { [self] in dismiss($0, host) })
    // What was made before this moment is in the store when the viewer hears the first event, and what is made after it
    // comes as events.
    viewer.isHeld = true
    nonisolated(unsafe) let newcomer = viewer
    host.flush { [queue] in queue.async { newcomer.isHeld = false } }
    for event in snapshot.events {
      if let line = try? RunEventCoder.line(event) { viewer.write(line) }
    }
    viewers.append(viewer)
    viewerCount.store(viewers.count, ordering: .releasing)
    hasArrival.store(true, ordering: .releasing)
    tell("\(name(viewer)) attached itself", host)
    host.wake()
  }

  private func dismiss(_ viewer: Viewer, _ host: Host) {
    viewers.removeAll { $0 === viewer }
    isFull = false
    viewerCount.store(viewers.count, ordering: .releasing)
    tell("\(name(viewer)) left; the run goes on", host)
    // It may have been the one that a decision was waited for from.
    host.wake()
  }

  private func obey(_ line: String, of viewer: Viewer, _ host: Host) {
    do {
      let command = try RunCommandCoder.command(line: line)
      if case .stop = command { tell("\(name(viewer)) asked for the end of the run", host) }
      host.obey(command)
    } catch {
      let message = RunMessage(
        level: .error, step: snapshot.step,
        text: "\"\(line.prefix(80))\" is no command of version \(RunCommandCoder.version); PROTOCOL.md lists them")
      if let answer = try? RunEventCoder.line(.message(message)) { viewer.write(answer) }
    }
  }

  private func name(_ viewer: Viewer) -> String { viewer.process.map { "process \($0)" } ?? "a process" }

  private func tell(_ text: String, _ host: Host) {
    host.emit(.message(RunMessage(level: .info, step: snapshot.step, text: text)))
  }
}
