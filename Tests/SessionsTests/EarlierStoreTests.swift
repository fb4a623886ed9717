import Foundation
import GRDB
import Histories
import Measures
import RunEvents
import Sessions
import Testing

/// A store that the program wrote before runs described their metrics (`Fixtures/earlier.sqlite`: `mvp run` of a small
/// session, 140 of 150 steps of `quiet-eagle`, and 70 steps of `golden-wombat`; pictures were taken away), with some of
/// the JSON lines that it printed then (`earlier-steps.jsonl`: steps 1, 64 and 140 of `quiet-eagle`).
@Suite struct EarlierStoreTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")
  private static let run = "quiet-eagle"

  private let directory: TemporaryDirectory
  private let store: RunStore

  init() throws {
    directory = try TemporaryDirectory()
    let session = directory.url.appendingPathComponent("small", isDirectory: true)
    try FileManager.default.createDirectory(at: session, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("earlier.sqlite"), to: session.appendingPathComponent("runs.sqlite"))
    store = try RunStore(directory: session)
  }

  private func lines() throws -> [String] {
    try String(contentsOf: Self.fixtures.appendingPathComponent("earlier-steps.jsonl"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private func history(_ steps: ClosedRange<Int>? = nil) throws -> RunHistory {
    let reference = RunReference(session: "small", run: Self.run)
    return try #require(try store.history(steps.map { .steps(reference, $0) } ?? .run(reference)))
  }

  private func deleteBlocks() throws {
    try DatabaseQueue(path: store.directory.appendingPathComponent("runs.sqlite").path).write {
      try $0.execute(sql: "DELETE FROM history")
    }
  }

  @Test func aLineOfAStepIsTheSameText() throws {
    for line in try lines() { #expect(try RunEventCoder.line(RunEventCoder.event(line: line)) == line) }
  }

  @Test func stepsAreThoseThatWerePrinted() throws {
    let stored = try store.metrics(of: Self.run)
    #expect(stored.map(\.step) == Array(1...140))
    for line in try lines() {
      guard case .step(let printed) = try RunEventCoder.event(line: line) else {
        Issue.record("no step: \(line)")
        continue
      }
      #expect(stored[printed.step - 1] == printed)
      #expect(try RunEventCoder.line(.step(stored[printed.step - 1])) == line)
    }
  }

  @Test func listsSayWhatTheySaid() throws {
    let runs = try store.catalog().runs
    #expect(runs.map(\.name) == ["golden-wombat", Self.run] && runs.map(\.state) == [.finished, .stopped])
    #expect(runs.map(\.loss) == [0.02900819666683674, 0.020132960751652718])
    #expect(runs.map(\.evals) == [["knn": 0.0625], [:]] && runs.allSatisfy { $0.values == nil })
  }

  @Test func runsCompareAsTheyDid() throws {
    let results = try store.comparison(Self.run, "golden-wombat").results
    func row(_ name: String, _ left: String?, _ right: String?) -> RunComparison.Row {
      RunComparison.Row(name: name, left: left, right: right)
    }
    #expect(
      results == [
        row("state", "stopped", "finished"), row("step", "140/150", "70/70"), row("guidance", "clip", "clip"),
        row("loss", "0.0201", "0.0290"), row("cosine CLS", "0.0517", "-0.0875"),
        row("cosine masked", "-0.0231", "-0.0290"), row("cosine visible", "0.0030", "0.0190"),
        row("grad norm", "7.508", "8.363"), row("images/s", "952.9", "804.8"), row("training seconds", "1", "1"),
        row("knn", nil, "6.3% at step 70"),
      ])
  }

  @Test func theHistoryHasTheWordsOfThen() throws {
    let read = try history()
    #expect(read.metrics.metrics == Metric.earlier && read.metrics.lastStep == 140)
    for metric in Metric.earlier { #expect(read.metrics[metric].finiteCount == 140, "\(metric.key)") }
    guard case .started(let description)? = read.events.first else {
      Issue.record("the run has no beginning")
      return
    }
    #expect(description.metrics == Metric.earlier)
  }

  @Test func blocksOfThenAreUnderstood() throws {
    func loss() throws -> Series { try history(100...140).metrics[.loss] }
    let fromBlocks = try loss()
    try deleteBlocks()
    let fromSteps = try loss()
    // Smoothing goes on from the block that ends at step 64, and is the same as that of all steps.
    for level in Series.smoothingWeights.indices {
      let (a, b) = try (#require(fromBlocks.smoothed(level)), #require(history().metrics[.loss].smoothed(level)))
      #expect(abs(a - b) < 1e-12)
    }
    #expect(fromBlocks.last?.y == fromSteps.last?.y)
  }

  @Test func aRunGoesOnWithMoreMetricsThanItHad() throws {
    let entropy = Metric(key: "entropy", name: "entropy")
    var steps = try store.metrics(of: Self.run)
    let recorder = try store.resume(Self.run)
    try recorder.rewind(to: 130, guidance: "clip")
    steps.removeLast(10)
    guard case .started(var description)? = try history().events.first else {
      Issue.record("the run has no beginning")
      return
    }
    description = RunDescription(
      session: "small", run: Self.run, seed: 3, totalSteps: 400, startStep: 130, batchSize: 2, accumulation: 1,
      datasetSize: 32, dataset: description.dataset, student: description.student, guidances: description.guidances,
      guidance: "clip", grid: [8, 8], maskedPatches: 24, device: "none", evals: [], previewCount: 0,
      metrics: [entropy, .loss])
    try recorder.record(.started(description))
    func record(_ numbers: ClosedRange<Int>, _ recorder: RunRecorder) throws {
      for number in numbers {
        var step = sampleStep(number)
        step.values[entropy] = Double(number)
        steps.append(step)
        try recorder.record(.step(step))
      }
      try recorder.close()
      let (last, read) = try (Double(numbers.upperBound), history().metrics)
      #expect(try store.metrics(of: Self.run) == steps)
      #expect(read.metrics == [entropy, .loss] + Metric.earlier.dropFirst())
      #expect(read[.loss].count == Int(last) && read[entropy].count == Int(last) - 130 && read[entropy].last?.y == last)
      // Smoothing goes on from the block that ends at step 256.
      let part = try history(300...numbers.upperBound).metrics
      for metric in [Metric.loss, entropy] {
        let (a, b) = try (#require(part[metric].smoothed(2)), #require(read[metric].smoothed(2)))
        #expect(abs(a - b) < 1e-9, "\(metric.key)")
      }
    }
    try record(131...400, recorder)
    // Without blocks they are made again, of steps of both versions.
    try deleteBlocks()
    let again = try store.resume(Self.run)
    try again.rewind(to: 400, guidance: "clip")
    try record(401...410, again)
  }
}
