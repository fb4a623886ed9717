import Foundation
import GRDB
import Histories
import Measures
import RunEvents
import Sessions
import Testing

/// The decimated history of a run, read from its blocks, against that of a front end which saw every step.
@Suite struct RunHistoryTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile

  init() throws {
    directory = try TemporaryDirectory()
    settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
  }

  private func store() throws -> RunStore { try RunStore(directory: directory.url.appendingPathComponent("demo")) }

  private func step(_ index: Int) -> StepMetrics {
    var step = sampleStep(index, loss: index == 20_011 ? .nan : index == 30_001 ? 77 : sin(Double(index) * 0.01))
    step.time = 1_700_000_000 + Double(index)
    return step
  }

  private func record(_ range: ClosedRange<Int>, _ recorder: RunRecorder) throws {
    for index in range { try recorder.record(.step(step(index))) }
    try recorder.flush()
  }

  private func watched(_ last: Int) -> MetricHistory {
    var history = MetricHistory(Metric.earlier)
    for index in 1...last { history.append(step(index)) }
    return history
  }

  private func expectSame(_ read: MetricHistory, _ watched: MetricHistory) {
    #expect(read.lastStep == watched.lastStep)
    for metric in Metric.earlier {
      let (left, right) = (read[metric], watched[metric])
      #expect(left.count == right.count, "\(metric.key)")
      #expect(left.finiteCount == right.finiteCount, "\(metric.key)")
      for level in Series.smoothingWeights.indices {
        let (a, b) = (left.smoothed(level) ?? .nan, right.smoothed(level) ?? .nan)
        #expect(abs(a - b) <= 1e-9 * max(1, abs(b)), "\(metric.key) \(level)")
      }
      let extremes = { (series: Series) in series.buckets.filter { $0.finiteCount > 0 }.map(\.maximum).max() }
      #expect(extremes(left) == extremes(right))
    }
  }

  private func history(_ store: RunStore, _ run: String, _ steps: ClosedRange<Int>? = nil) throws -> RunHistory {
    let reference = RunReference(session: "demo", run: run)
    return try #require(try store.history(steps.map { .steps(reference, $0) } ?? .run(reference)))
  }

  @Test func longRunIsReadFromBlocks() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 50_000)
    try record(1...40_100, recorder)
    let watched = watched(40_100)
    let read = try history(store, recorder.name).metrics
    expectSame(read, watched)
    // Read from few rows, and yet fine at the start.
    #expect(read[.loss].head.prefix(63).allSatisfy { $0.count == 1 })
    #expect(read[.loss].buckets.count > 500)
    #expect(read.clock.value(of: .wall, at: 40_100) == 1_700_040_100)
    // Without blocks, as an earlier version left them, the steps give the same.
    try DatabaseQueue(path: store.directory.appendingPathComponent("runs.sqlite").path).write {
      try $0.execute(sql: "DELETE FROM history")
    }
    expectSame(try history(store, recorder.name).metrics, watched)
  }

  @Test func shortRunIsReadStepByStep() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    try record(1...700, recorder)
    let read = try history(store, recorder.name).metrics
    #expect(read == watched(700))
  }

  @Test func resumedRunHasOneHistory() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 50_000)
    try record(1...34_000, recorder)
    try recorder.rewind(to: 33_333, guidance: "clip")
    try record(33_334...35_000, recorder)
    try recorder.close()
    let again = try store.resume(recorder.name)
    try again.rewind(to: 34_567, guidance: "clip")
    try record(34_568...37_000, again)
    expectSame(try history(store, recorder.name).metrics, watched(37_000))
    // What a whole block says does not depend on when the run was cut.
    let other = try store.create(settings: settings, totalSteps: 50_000)
    try record(1...37_000, other)
    let blocks = try DatabaseQueue(path: store.directory.appendingPathComponent("runs.sqlite").path).read { db in
      try [recorder.name, other.name].map { name in
        try Row.fetchAll(
          db,
          sql: "SELECT size, history.last_step FROM history JOIN runs ON runs.id = run WHERE name = ? ORDER BY 1, 2",
          arguments: [name]
        ).map { [$0[0] as Int, $0[1] as Int] }
      }
    }
    #expect(blocks[0] == blocks[1])
    #expect(blocks[0].count { $0[0] == 64 } == 37_000 / 64 && blocks[0].count { $0[0] == 4096 } == 37_000 / 4096)
  }

  @Test func partOfARunIsReadInDetail() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 50_000)
    try record(1...36_000, recorder)
    let part = try history(store, recorder.name, 20_000...20_400)
    let loss = part.metrics[.loss]
    #expect(loss.stride == 1 && part.steps == 20_000...20_400)
    #expect(loss.buckets.contains { $0.firstX == 20_011 && $0.finiteCount == 0 }, "the gap is where it was")
    #expect(loss.buckets.last?.lastX == 20_400)
    let bucket = try #require(loss.buckets.first { $0.firstX == 20_400 })
    let smoothed = try #require(watched(20_400)[.loss].smoothed(2))
    #expect(abs(Double(bucket.smoothed[2]) - smoothed) < 1e-5, "smoothing comes from the steps before the part")
    #expect(try history(store, recorder.name, 90_000...90_100).metrics.lastStep == 0)
  }

  @Test func eventsAndOtherRunsComeToo() throws {
    let store = try store()
    let first = try store.create(settings: settings, totalSteps: 50, name: "first")
    #expect(try store.history(.newest(session: "demo", besides: [])) == nil, "a run without a step shows nothing")
    try record(1...20, first)
    try first.record(.guidance(GuidanceChange(step: 20, from: "clip", to: "dino")))
    for index in 0..<400 {
      try first.record(.message(RunMessage(level: .warning, step: 20, text: "warning \(index)")))
    }
    let second = try store.create(settings: settings, totalSteps: 50, name: "second")
    try record(1...3, second)
    let newest = try #require(try store.history(.newest(session: "demo", besides: ["second"])))
    #expect(newest.reference.run == "first" && newest.guidance == "clip" && newest.totalSteps == 50)
    #expect(newest.events.count == 201)
    #expect(newest.events.first == .guidance(GuidanceChange(step: 20, from: "clip", to: "dino")))
    #expect(throws: RunStoreError.self) { try history(store, "third") }
  }
}
