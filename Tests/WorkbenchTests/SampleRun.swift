import Foundation
import Measures
import RunEvents
import Workbench

extension Metric {
  static let cosineMasked = earlier("cosine_masked")
  static let dataSeconds = earlier("data_seconds")

  private static func earlier(_ key: String) -> Metric {
    Metric.earlier.first { $0.key == key } ?? Metric(key: key, name: key)
  }
}

/// A made-up run, the same at every call, that goes through everything a run can tell.
enum SampleRun {
  static let description = RunDescription(
    session: "demo", run: "brisk-otter", seed: 7, totalSteps: 3000, startStep: 0, batchSize: 64, accumulation: 1,
    datasetSize: 50_000, dataset: "scenes", student: ModelDescription(summary: "ViT d128 L6", parameters: 1_400_000),
    guidances: [
      GuidanceDescription(
        name: "clip", teacher: ModelDescription(summary: "scenes-clip", parameters: 1_200_000), featureWidth: 128),
      GuidanceDescription(
        name: "dino", teacher: ModelDescription(summary: "scenes-dino", parameters: 980_000), featureWidth: 128),
    ], guidance: "dino", grid: [8, 8], maskedPatches: 26, device: "OpenBLAS Cooperlake x2, fp32",
    evals: ["knn", "linear"], previewCount: 8, metrics: Metric.earlier, evaluations: evaluations)

  static let evaluations = [
    EvaluationDescription(
      kind: "knn", title: "kNN",
      options: [
        OptionDescription(
          name: "k", help: "neighbours that vote", values: .whole(1...100_000), most: 64, usual: "20",
          steps: ["5", "10", "20", "50", "100", "200"]),
        OptionDescription(
          name: "temperature", help: "how much nearer ones count", values: .number(0.002...1000), usual: "0.07",
          steps: ["0.02", "0.04", "0.07", "0.1", "0.2"]),
        features,
      ]),
    EvaluationDescription(
      kind: "linear", title: "linear probe", shortTitle: "linear",
      options: [
        OptionDescription(
          name: "iterations", help: "L-BFGS steps at the most", values: .whole(1...100_000), usual: "200",
          steps: ["50", "100", "200", "500", "1000"]),
        OptionDescription(
          name: "decay", help: "weight decay, else chosen", values: .number(0...1_000_000), most: 64,
          steps: ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]),
        features,
      ]),
  ]

  private static let features = OptionDescription(
    name: "features", help: "CLS, or the patches' mean", values: .choice(["cls", "mean"]), steps: ["cls", "mean"])

  /// A noise that is a function of its index: a linear congruential step, in -1...1.
  static func noise(_ index: Int) -> Double {
    let hash = (UInt64(truncatingIfNeeded: index) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407)
    let mixed = (hash ^ (hash >> 29)) &* 0xBF58_476D_1CE4_E5B9
    return Double(mixed >> 11) / Double(1 << 52) - 1
  }

  private static let keys = Metric.earlier.map { MetricKey($0) }

  static func step(_ step: Int, loss: Double? = nil) -> StepMetrics {
    let progress = Double(step) / 3000
    let cosine = 0.9 - 0.75 * exp(-Double(step) / 280)
    return StepMetrics(
      step: step, totalSteps: 3000, epoch: progress * 3.84, guidance: step > 580 ? "clip" : "dino",
      values: MetricValues(
        keys: keys,
        numbers: [
          loss ?? (-cosine + 0.04 * noise(step)), 1.5e-3 * min(1, Double(step) / 150) * (1 - 0.8 * progress),
          0.4 + exp(-Double(step) / 200) + 0.1 * noise(step + 9), cosine + 0.02, cosine - 0.03,
          min(1, cosine + 0.05), 212 + 4 * noise(step + 5), 0.301 + 0.01 * noise(step + 3), 0.004, 0.072, 0.075,
          0.135, 0.015,
        ]),
      elapsedSeconds: Double(step) * 0.301)
  }

  static let preview: MaskPreview = {
    let size = 64
    var rgb = Data(capacity: size * size * 3)
    for y in 0..<size {
      for x in 0..<size {
        let inside = hypot(Double(x) - 36, Double(y) - 30) < 17
        let square = x > 8 && x < 24 && y > 38 && y < 56
        rgb.append(inside ? 220 : square ? 40 : UInt8(90 + y))
        rgb.append(inside ? 60 : square ? 90 : UInt8(120 + x / 2))
        rgb.append(inside ? 50 : square ? 200 : UInt8(170 - y))
      }
    }
    let mask = (0..<64).map { (2...5).contains($0 / 8) && (3...7).contains($0 % 8) || $0 < 6 }
    let cosine = (0..<64).map { Float(0.8 + 0.19 * noise($0)) }
    return MaskPreview(
      step: 1280, index: 2, name: "a red disc and a blue square on a lawn", guidance: "clip", width: size,
      height: size, rgb: rgb, gridRows: 8, gridColumns: 8, mask: mask, cosine: cosine)
  }()

  static func events(steps: Int = 1284) -> [RunEvent] {
    var events: [RunEvent] = [
      .started(description), .state(RunStateChange(state: .running, step: 0)),
      .message(RunMessage(level: .info, step: 0, text: "the prefetching loader uses 1 thread")),
    ]
    for index in stride(from: 1, through: steps, by: 1) {
      events.append(.step(step(index)))
      switch index {
      case 400:
        events.append(
          .evalResult(
            EvalResult(
              id: 1, kind: "knn", step: 400, score: 0.558, summary: "k=20 T=0.07", seconds: 12.4, guidance: "dino")))
      case 580: events.append(.guidance(GuidanceChange(step: 580, from: "dino", to: "clip")))
      case 1000:
        events.append(
          .checkpoint(CheckpointRecord(step: 1000, path: "demo/checkpoints", bytes: 12_400_000, seconds: 0.31)))
      case 1100:
        events.append(
          .message(RunMessage(level: .warning, step: 1100, text: "loader: picture 1223 was decoded late")))
      case 1200:
        events.append(
          .evalResult(
            EvalResult(
              id: 2, kind: "knn", step: 1200, score: 0.714, details: ["top5": 0.93], summary: "k=20 T=0.07",
              seconds: 11.9, guidance: "clip")))
      case 1280:
        events.append(
          .evalProgress(
            EvalProgress(id: 3, kind: "linear", step: 1280, fraction: 0.62, eta: 14, phase: "epoch 13/20")))
        events.append(.preview(preview))
      default: break
      }
    }
    return events
  }

  static func state(
    steps: Int = 1284, options: WorkbenchOptions = WorkbenchOptions(themes: ["default", "light", "mono"])
  ) -> WorkbenchState {
    var state = WorkbenchState(options: options)
    for event in events(steps: steps) { _ = reduce(into: &state, action: .event(event)) }
    return state
  }
}

extension WorkbenchState {
  /// Presses keys one after the other; returns the effects of all.
  @discardableResult
  mutating func press(_ keys: Key...) -> [WorkbenchEffect] {
    keys.flatMap { reduce(into: &self, action: .key($0)) }
  }

  /// The effects of one key on a copy.
  func pressed(_ key: Key) -> [WorkbenchEffect] {
    var copy = self
    return copy.press(key)
  }

  @discardableResult
  mutating func receive(_ event: RunEvent) -> [WorkbenchEffect] {
    reduce(into: &self, action: .event(event))
  }
}
