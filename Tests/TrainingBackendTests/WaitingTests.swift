import Foundation
import RunEvents
import Sessions
import Synchronization
import Testing
import TrainingBackend

/// A run that something is in the way of: it waits, obeys, goes on.
@Suite struct WaitingTests {
  /// A file stands where the checkpoints' folder belongs.
  private final class Blocked {
    let small: SmallRun
    let place: URL
    let log = EventLog()
    let backend: TrainingBackend

    init(_ overrides: [String] = [], extra: String = "") throws {
      small = try SmallRun(extra: extra)
      place = small.folder.appendingPathComponent("small/checkpoints")
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: place)
      backend = TrainingBackend(
        options: BackendOptions(session: try small.session(overrides)), emit: log.take)
    }

    func free() throws { try FileManager.default.removeItem(at: place) }

    var isWaiting: Bool {
      log.wait { if case .state(let change) = $0 { change.state == .paused && change.cause != nil } else { false } }
    }
  }

  private func notices(_ events: [RunEvent], isActive: Bool) -> [HealthNotice] {
    events.compactMap {
      if case .health(let notice) = $0, notice.condition == .environment, notice.isActive == isActive {
        notice
      } else {
        nil
      }
    }
  }

  @Test func aCheckpointThatCannotBeWrittenIsWaitedForAndToldOnce() throws {
    let whole = try SmallRun().run()
    let blocked = try Blocked(["schedule.checkpoint_every=10"])
    blocked.backend.start()
    #expect(blocked.isWaiting)
    usleep(400_000)
    try blocked.free()
    let summary = blocked.backend.waitUntilFinished()
    #expect(summary.outcome == .finished && summary.exitStatus == 0)
    #expect(blocked.log.all.losses == whole.losses)
    #expect(notices(blocked.log.all, isActive: true).count == 1)
    let over = notices(blocked.log.all, isActive: false)
    #expect(over.count == 1 && over[0].cause.contains("failed") && over[0].step == 10)
    let records = blocked.log.all.compactMap { if case .checkpoint(let record) = $0 { record.step } else { nil } }
    #expect(records == [10, 20, 30, 40])
  }

  @Test func aPersonGoesOnWithoutTheCheckpointWhichComesLater() throws {
    let blocked = try Blocked(["schedule.checkpoint_every=10", "schedule.steps=1000000"])
    blocked.backend.start()
    #expect(blocked.isWaiting)
    blocked.backend.send(.resume)
    #expect(blocked.log.waitForStep(15))
    try blocked.free()
    #expect(blocked.log.wait { if case .checkpoint = $0 { true } else { false } })
    blocked.backend.send(.stop(checkpoint: false))
    #expect(blocked.backend.waitUntilFinished().outcome == .stopped)
  }

  @Test func aPauseWhileWaitingHoldsWhenItHasPassed() throws {
    let blocked = try Blocked(["schedule.checkpoint_every=10"])
    blocked.backend.start()
    #expect(blocked.isWaiting)
    blocked.backend.send(.pause)
    try blocked.free()
    #expect(blocked.log.wait { if case .checkpoint = $0 { true } else { false } })
    usleep(200_000)
    #expect(blocked.log.all.losses.count == 10)
    blocked.backend.send(.resume)
    #expect(blocked.backend.waitUntilFinished().outcome == .finished)
  }

  @Test func aStopGivesAnotherPlaceFromWhichTheRunResumes() throws {
    let whole = try SmallRun().run()
    let blocked = try Blocked()
    let elsewhere = blocked.small.folder.appendingPathComponent("elsewhere").path
    let backend = blocked.backend
    let sent = Mutex(false)
    backend.start()
    #expect(blocked.log.waitForStep(1))
    backend.send(.stop(checkpoint: true))
    #expect(
      blocked.log.wait {
        if case .state(let change) = $0 { change.state == .stopping && change.cause != nil } else { false }
      })
    sent.withLock { $0 = true }
    backend.send(.stop(checkpoint: true, elsewhere: elsewhere))
    let summary = backend.waitUntilFinished()
    #expect(summary.outcome == .stopped && summary.checkpoint?.hasPrefix(elsewhere) == true)
    try blocked.free()
    // The link could not be made: the folder of the checkpoints was no folder.
    let path = try #require(summary.checkpoint)
    let run = URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
    try FileManager.default.createDirectory(
      at: blocked.place.appendingPathComponent(run), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: blocked.place.path + "/\(run)/\(summary.step)", withDestinationPath: path)
    let rest = try blocked.small.run(resume: true)
    #expect(blocked.log.all.losses + rest.losses == whole.losses)
  }

  @Test func nobodyWaitsLongerThanTheSessionSays() throws {
    let blocked = try Blocked(["schedule.checkpoint_every=10", "health.wait=0.5"])
    blocked.backend.start()
    let summary = blocked.backend.waitUntilFinished()
    #expect(summary.outcome == .failed && summary.exitStatus == ExitStatus.environment.rawValue)
    #expect(summary.reason?.contains("in vain") == true)
    let store = try blocked.small.store
    let record = try #require(try store.runs().first)
    #expect(record.state == .failed && record.reason == summary.reason)
  }

  @Test func aSignalEndsTheRunAfterItsGrace() throws {
    let blocked = try Blocked(["schedule.steps=1000000"])
    blocked.backend.start()
    #expect(blocked.log.waitForStep(3))
    let start = ContinuousClock.now
    blocked.backend.send(.stop(checkpoint: true, within: 0.5))
    let summary = blocked.backend.waitUntilFinished()
    #expect(start.duration(to: .now) < .seconds(10))
    #expect(summary.exitStatus == ExitStatus.environment.rawValue && summary.reason?.contains("lost") == true)
  }
}
