import Foundation
import GRDB
import RunEvents
import Sessions
import Synchronization
import Testing

/// Recording beside training, and what becomes of it while the store cannot be written.
@Suite struct RecordingQueueTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile
  private let folder: URL

  init() throws {
    directory = try TemporaryDirectory()
    folder = directory.url.appendingPathComponent("demo")
    settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
  }

  /// Another process that keeps the store to itself.
  private func lock() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(
      path: folder.appendingPathComponent("runs.sqlite").path, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    return other
  }

  private func wait(_ seconds: Double = 10, for condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try condition() { return true }
      usleep(5000)
    }
    return false
  }

  @Test func stepsAreWrittenByThemselvesAndInOrder() throws {
    let store = try RunStore(directory: folder)
    let queue = RecordingQueue(try store.create(settings: settings, totalSteps: 1000))
    let name = queue.recorder.name
    for step in 1...700 { queue.record(.step(sampleStep(step))) }
    #expect(try wait { try store.metrics(of: name).count == 700 })
    #expect(try store.metrics(of: name) == (1...700).map { sampleStep($0) })
    for index in 0..<50 { queue.record(.message(RunMessage(level: .info, step: 700, text: "\(index)"))) }
    #expect(queue.close(within: 5) == nil)
    let told = try store.events(of: name).map { if case .message(let message) = $0.event { message.text } else { "" } }
    #expect(told == (0..<50).map(String.init))
    #expect(try store.run(named: name)?.isActive == false)
  }

  @Test func aLockedStoreDelaysNobodyAndGetsEverythingLater() throws {
    let store = try RunStore(directory: folder)
    let queue = RecordingQueue(try store.create(settings: settings, totalSteps: 1000))
    let name = queue.recorder.name
    let told = Mutex<[String]>([])
    queue.watch { notice in
      told.withLock {
        switch notice {
        case .failing: $0.append("failing")
        case .written(let outage): $0.append("written \(outage.failures > 0)")
        }
      }
    }
    let other = try lock()
    let start = ContinuousClock.now
    for step in 1...300 { queue.record(.step(sampleStep(step))) }
    queue.record(.checkpoint(CheckpointRecord(step: 300, path: "/x", bytes: 1, seconds: 1)))
    #expect(start.duration(to: .now) < .milliseconds(500))
    #expect(wait { told.withLock { $0 } == ["failing"] })
    let journal = folder.appendingPathComponent("logs/\(name).unrecorded.jsonl")
    #expect(wait { FileManager.default.fileExists(atPath: journal.path) })
    for step in 301...310 { queue.record(.step(sampleStep(step))) }
    #expect(queue.waiting.steps == 310)
    try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
    #expect(try wait { try store.metrics(of: name).count == 310 })
    #expect(wait { told.withLock { $0 } == ["failing", "written true"] })
    #expect(wait { !FileManager.default.fileExists(atPath: journal.path) })
    #expect(try store.metrics(of: name) == (1...310).map { sampleStep($0) })
    #expect(try store.checkpoints(of: name).map(\.step) == [300])
    #expect(queue.close(within: 5) == nil)
  }

  @Test func theEndOfARunWhoseStoreIsLockedIsTakenInByWhoeverOpensItNext() throws {
    let name: String
    let other: DatabaseQueue
    do {
      let store = try RunStore(directory: folder)
      let queue = RecordingQueue(try store.create(settings: settings, totalSteps: 1000))
      name = queue.recorder.name
      for step in 1...5 { queue.record(.step(sampleStep(step))) }
      #expect(try wait { try store.metrics(of: name).count == 5 })
      other = try lock()
      for step in 6...9 { queue.record(.step(sampleStep(step))) }
      queue.record(.finished(RunSummary(outcome: .stopped, step: 9, seconds: 1, reason: "because")))
      let failure = try #require(queue.close(within: 0.2))
      #expect(failure.isInJournal)
    }
    try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
    let store = try RunStore(directory: folder)
    #expect(try store.metrics(of: name) == (1...9).map { sampleStep($0) })
    let record = try #require(try store.run(named: name))
    #expect(record.state == .stopped && record.reason == "because" && record.lastStep == 9)
    #expect(try store.events(of: name).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("logs").path).isEmpty)
  }

  @Test func whatACheckpointKnowsFillsTheHoleOfAKilledProcessOnce() throws {
    let store = try RunStore(directory: folder)
    let checkpoint = directory.url.appendingPathComponent("20")
    try FileManager.default.createDirectory(at: checkpoint, withIntermediateDirectories: true)
    let name: String
    do {
      let recorder = try store.create(settings: settings, totalSteps: 1000)
      name = recorder.name
      for step in 1...10 { try recorder.record(.step(sampleStep(step))) }
      try recorder.flush()
      for step in 11...20 { try recorder.record(.step(sampleStep(step, loss: step == 15 ? .nan : nil))) }
      try recorder.writeUnrecorded(to: checkpoint)
      // As a killed process leaves it.
      recorder.forgetUnwritten()
    }
    #expect(try store.metrics(of: name).count == 10)
    for _ in 0..<2 {
      let again = try store.resume(name)
      try again.takeInUnrecorded(of: checkpoint)
      try again.rewind(to: 20, guidance: "clip")
      let steps = try store.metrics(of: name)
      #expect(steps.map(\.step) == Array(1...20) && steps[14].loss.isNaN && steps[19] == sampleStep(20))
      try again.close()
    }
  }

  @Test func linesThatAreCutOrUnknownHideNoOthers() throws {
    let store = try RunStore(directory: folder)
    let recorder = try store.create(settings: settings, totalSteps: 10)
    let name = recorder.name
    try recorder.close()
    let line = try RunEventCoder.line(.step(sampleStep(1)))
    try directory.write(
      "{\"event\":\(line)}\n{\"event\":{\"version\":1,\"event\":\"of later\"}}\nrubbish\n{\"event\":\(line.prefix(30))",
      to: "demo/logs/\(name).unrecorded.jsonl")
    #expect(try RunStore(directory: folder).metrics(of: name) == [sampleStep(1)])
  }
}
