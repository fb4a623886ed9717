import Foundation
import GRDB
import RunEvents
import Sessions
import Testing

/// Several readers and writers at once, in this process and in others.
@Suite struct RunStoreSharingTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile

  init() throws {
    directory = try TemporaryDirectory()
    settings = try SessionFile(yaml: "", file: "x.yaml")
  }

  @Test func readersSeeWholeStepsWhileTheWriterGoesOn() async throws {
    let url = directory.url
    let store = try RunStore(directory: url)
    let recorder = try store.create(settings: settings, totalSteps: 2000)
    let name = recorder.name
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          let reader = try RunStore(directory: url)
          var seen = 0
          var reads = 0
          while seen < 2000 {
            let metrics = try reader.metrics(of: name)
            // Steps appear in order, none missing, and never go away.
            #expect(metrics.map(\.step) == Array(1..<(metrics.count + 1)))
            #expect(metrics.count >= seen)
            seen = metrics.count
            reads += 1
            if reads > 100_000 { break }
          }
          return seen
        }
      }
      for step in 1...2000 {
        try recorder.record(.step(sampleStep(step)))
        if step % 20 == 0 { try recorder.flush() }
      }
      for try await seen in group { #expect(seen == 2000) }
    }
  }

  @Test func twoRecordersOfTheSameRunAreRefused() throws {
    let store = try RunStore(directory: directory.url)
    let recorder = try store.create(settings: settings, totalSteps: 10)
    let error = try #require(throws: RunStoreError.self) {
      try RunStore(directory: directory.url).resume(recorder.name)
    }
    #expect(error.kind == .busy)
    #expect(
      error.description
        == "run \(recorder.name) is being trained by process \(ProcessInfo.processInfo.processIdentifier): `mvp attach "
        + "\(directory.url.lastPathComponent) \(recorder.name)` shows and steers it; else end that process, or begin a new run."
    )
    try recorder.close()
    let again = try store.resume(recorder.name)
    try again.close()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.url.appendingPathComponent("locks").path).isEmpty)
  }

  /// The lock is the kernel's: another process holds it, is killed, and the run is interrupted.
  @Test func aKilledProcessLeavesAnInterruptedRun() throws {
    let store = try RunStore(directory: directory.url)
    let name: String
    do {
      let recorder = try store.create(settings: settings, totalSteps: 10)
      name = recorder.name
      try recorder.record(.state(RunStateChange(state: .running, step: 0)))
    }
    let lock = directory.url.appendingPathComponent("locks/\(name).lock")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = ["--no-fork", lock.path, "/bin/sleep", "60"]
    try holder.run()
    let deadline = Date(timeIntervalSinceNow: 10)
    while try store.run(named: name)?.state != .running, Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(try store.run(named: name)?.state == .running)
    let error = try #require(throws: RunStoreError.self) {
      try store.resume(name)
    }
    #expect(error.kind == .busy)
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    #expect(try store.run(named: name)?.state == .interrupted)
    let recorder = try store.resume(name)
    #expect(try store.run(named: name)?.isActive == true)
    try recorder.close()
  }

  @Test func twoStoresMakeRunsAtOnce() async throws {
    let url = directory.url
    let settings = settings
    let names = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let store = try RunStore(directory: url)
          return try (0..<25).map { _ in try store.create(settings: settings, totalSteps: 1).name }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(names).count == 100)
  }

  @Test func aStoreOfALaterVersionIsRefused() throws {
    do {
      let store = try RunStore(directory: directory.url)
      try store.create(settings: settings, totalSteps: 1).close()
    }
    let path = directory.url.appendingPathComponent("runs.sqlite").path
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999')")
    }
    let error = try #require(throws: RunStoreError.self) { try RunStore(directory: directory.url) }
    #expect(error.kind == .later)
    #expect(error.description.hasPrefix("the run store \(path) was written by a later version of mvp; update mvp"))
  }
}
