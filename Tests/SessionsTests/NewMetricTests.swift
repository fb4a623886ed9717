import Foundation
import Histories
import Measures
import RunEvents
import Sessions
import Testing

/// A metric that the store's tables have never heard of.
@Suite struct NewMetricTests {
  private static let entropy = Metric(
    key: "entropy", name: "entropy", longName: "entropy of targets", decimals: 2, isOptional: true)

  private let store: RunStore
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    store = try RunStore(directory: directory.url.appendingPathComponent("demo"))
  }

  private func run(_ name: String, _ entropies: [Double?], metrics: [Metric] = [.loss, entropy]) throws {
    let settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
    let recorder = try store.create(settings: settings, totalSteps: 1000, name: name)
    try recorder.record(
      .started(
        RunDescription(
          session: "demo", run: name, seed: 1, totalSteps: 1000, startStep: 0, batchSize: 1, accumulation: 1,
          datasetSize: 1, dataset: "scenes", student: ModelDescription(summary: "ViT", parameters: 1), guidances: [],
          guidance: "clip", grid: [1, 1], maskedPatches: 0, device: "none", evals: [], previewCount: 0,
          metrics: metrics)))
    for (place, value) in entropies.enumerated() {
      try recorder.record(
        .step(
          StepMetrics(
            step: place + 1, totalSteps: 1000, epoch: 0, guidance: "clip",
            values: [.loss: -0.5, Self.entropy: value])))
    }
    try recorder.close()
  }

  @Test func itsNumbersComeBack() throws {
    let values: [Double?] = [1.0 / 3, nil, .infinity, 4, -.infinity, 1e-300]
    try run("one", values)
    let read = try store.metrics(of: "one")
    #expect(read.map { $0.values[Self.entropy] } == values)
    #expect(read.allSatisfy { $0.values.keys.map(\.name) == ["loss", "entropy"] && $0.loss == -0.5 })
    try run("two", [.nan])
    #expect(try #require(store.metrics(of: "two").first?.values[Self.entropy]).isNaN, "not nil: it was measured")
  }

  @Test func itHasACurve() throws {
    try run("one", (1...200).map { $0.isMultiple(of: 4) ? nil : Double($0) })
    let reference = RunReference(session: "demo", run: "one")
    let read = try #require(try store.history(.run(reference))).metrics
    #expect(read.metrics == [.loss, Self.entropy])
    #expect(read[Self.entropy].count == 150 && read[Self.entropy].last?.y == 199)
    // From the block of the first 128 steps on.
    let part = try #require(try store.history(.steps(reference, 150...200))).metrics
    let (a, b) = try (#require(part[Self.entropy].smoothed(1)), #require(read[Self.entropy].smoothed(1)))
    #expect(abs(a - b) < 1e-9)
  }

  @Test func runsAreFoundAndComparedByIt() throws {
    try run("low", [3, 0.25])
    try run("high", [0, 0.75])
    try run("none", [nil, nil])
    let filter = RunFilter("entropy>0.5")
    #expect(filter.configurationKeys == ["entropy"])
    let runs = try store.catalog(values: filter.configurationKeys).runs
    #expect(filter.problem(among: runs, readKeys: ["entropy"]) == nil)
    #expect(filter.passing(runs).map(\.name) == ["high"])
    #expect(RunFilter("loss<0 entropy<0.5").passing(runs).map(\.name) == ["low"])
    // So are those that have a column.
    let usual = RunFilter("lr>0")
    #expect(try store.catalog(values: usual.configurationKeys).runs.allSatisfy { $0.values == [:] })
    let rows = try store.comparison("low", "none").results.filter { $0.name == "entropy of targets" }
    #expect(rows == [RunComparison.Row(name: "entropy of targets", left: "0.25", right: nil)])
  }
}
