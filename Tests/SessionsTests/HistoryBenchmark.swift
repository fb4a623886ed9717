import Foundation
import Histories
import Measures
import RunEvents
import Sessions
import Testing

/// How long a run of 1,000,000 steps takes to be read. `MVP_BENCHMARKS=1 swift test -c release --filter
/// HistoryBenchmark`; with `MVP_BENCHMARK_STORE=DIR` the store stays in DIR, to be opened by the program.
@Suite struct HistoryBenchmark {
  private static let environment = ProcessInfo.processInfo.environment

  @Test(.enabled(if: environment["MVP_BENCHMARKS"] == "1")) func aMillionSteps() throws {
    let temporary = try TemporaryDirectory()
    let folder = Self.environment["MVP_BENCHMARK_STORE"].map { URL(fileURLWithPath: $0) } ?? temporary.url
    let store = try RunStore(directory: folder.appendingPathComponent("demo"))
    let settings = try SessionFile(yaml: "schedule: {steps: 1000000}", file: "x.yaml")
    let name = "million"
    let clock = ContinuousClock()
    let steps = 1_000_000
    if try store.run(named: name) == nil {
      let recorder = try store.create(settings: settings, totalSteps: steps, name: name)
      try recorder.record(
        .started(
          RunDescription(
            session: "demo", run: name, seed: 1, totalSteps: steps, startStep: 0, batchSize: 32, accumulation: 1,
            datasetSize: 100_000, dataset: "scenes", student: ModelDescription(summary: "ViT", parameters: 1),
            guidances: [
              GuidanceDescription(
                name: "clip", teacher: ModelDescription(summary: "CLIP", parameters: 1), featureWidth: 1)
            ], guidance: "clip", grid: [8, 8], maskedPatches: 26, device: "none", evals: [], previewCount: 0,
            metrics: Metric.earlier)))
      let recording = try clock.measure {
        for index in 1...steps {
          var step = sampleStep(index, loss: -0.9 + exp(-Double(index) / 2e5) + 0.1 * sin(Double(index) * 1.7))
          step.totalSteps = steps
          step.values[Metric.earlier[3]] = 0.5
          step.values[.gradientNorm] = 1 + 0.3 * sin(Double(index) * 0.9)
          step.time = 1_700_000_000 + 0.3 * Double(index)
          try recorder.record(.step(step))
        }
        try recorder.record(
          .finished(RunSummary(outcome: .stopped, step: steps, loss: -0.9, seconds: 301_000)))
        try recorder.close()
      }
      print("recording 1,000,000 steps: \(recording), \(recording / steps) a step")
    }
    let reference = RunReference(session: "demo", run: name)
    var times: [Duration] = []
    for _ in 0..<7 {
      times.append(
        try clock.measure {
          let store = try RunStore(directory: folder.appendingPathComponent("demo"))
          let history = try #require(try store.history(.run(reference)))
          #expect(history.metrics[.loss].count == steps)
        })
    }
    times.sort()
    print("reading the history of 1,000,000 steps: median \(times[3]), least \(times[0]), most \(times[6])")
    let part = try clock.measure { _ = try store.history(.steps(reference, 500_000...520_000)) }
    print("reading 20,000 steps in the middle: \(part)")
    #expect(times[0] < .milliseconds(300))
  }
}
