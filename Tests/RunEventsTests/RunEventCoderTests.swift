import Foundation
import Measures
import RunEvents
import Testing

@Suite struct RunEventCoderTests {
  @Test func stepEventIsFlatWithDocumentedKeys() throws {
    let metrics = StepMetrics(
      step: 3, totalSteps: 10, epoch: 0.5, guidance: "clip",
      values: [
        .loss: -0.25, .learningRate: 1e-3, .gradientNorm: 0.5, .imagesPerSecond: 100, .stepSeconds: 0.2,
      ])
    let line = try RunEventCoder.line(.step(metrics))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["event"] as? String == "step")
    #expect(object["version"] as? Int == 1)
    for key in ["step", "loss", "lr", "grad_norm", "images_per_second", "guidance"] {
      #expect(object[key] != nil, "missing \(key)")
    }
    #expect(!line.contains("\n"))
  }

  @Test(arguments: Self.samples) func roundTrips(event: RunEvent) throws {
    let line = try RunEventCoder.line(event)
    #expect(try RunEventCoder.event(line: line) == event)
  }

  @Test func nonFiniteLossIsWrittenAsText() throws {
    var metrics = StepMetrics(
      step: 1, totalSteps: 1, epoch: 0, guidance: "clip", values: [.loss: .infinity, .gradientNorm: 0])
    #expect(try RunEventCoder.event(line: RunEventCoder.line(.step(metrics))) == .step(metrics))
    metrics.values[.loss] = .nan
    #expect(try RunEventCoder.line(.step(metrics)).contains("\"loss\":\"nan\""))
  }

  @Test func laterVersionAndUnknownEventAreRefused() {
    #expect(throws: DecodingError.self) {
      try RunEventCoder.event(line: #"{"version":2,"event":"message","level":"info","step":0,"text":""}"#)
    }
    #expect(throws: DecodingError.self) { try RunEventCoder.event(line: #"{"version":1,"event":"nonsense"}"#) }
  }

  static let samples: [RunEvent] = [
    .state(RunStateChange(state: .paused, step: 7, cause: "loss is not finite")),
    .guidance(GuidanceChange(step: 10, from: "clip", to: "dino")),
    .checkpoint(CheckpointRecord(step: 10, path: "a/b", bytes: 12, seconds: 0.5)),
    .evalProgress(EvalProgress(id: 1, kind: "knn", step: 10, fraction: 0.5, eta: 3, phase: "features 1/2")),
    .evalResult(EvalResult(id: 1, kind: "knn", step: 10, score: 0.5, summary: "k=20", seconds: 2, guidance: "clip")),
    .evalFailure(EvalFailure(id: 2, kind: "linear", step: 10, reason: "no labels")),
    .message(RunMessage(level: .warning, step: 1, text: "skipped a/b.png")),
    .preview(
      MaskPreview(
        step: 1, index: 0, name: "x", guidance: "clip", width: 1, height: 1, rgb: Data([1, 2, 3]), gridRows: 1,
        gridColumns: 1, mask: [true], cosine: [0.5])),
    .attention(
      PatchAttention(
        step: 1, query: AttentionQuery(index: 0), blocks: 2, heads: 4, patches: [0.5, 0.25], cls: 0.25, seconds: 0.01)),
    .scores(PictureScores(step: 1, guidance: "clip", cosines: [0.5, -0.25], seconds: 0.01)),
    .inspection(
      PatchInspection(
        step: 1, index: 0, guidance: "clip", gridRows: 1, gridColumns: 1,
        teachers: [.init(name: "clip", components: Data([1, 2, 3]), explained: 0.5)], prediction: Data([4, 5, 6]),
        student: Data([7, 8, 9]), studentExplained: 0.25, attention: [0.5], objective: "cosine", loss: [-0.5],
        maskFrequency: [0.4], maskCount: 12, seconds: 0.01)),
    .system(SystemSample(step: 3, cores: [0.5, 1], residentBytes: 12, folder: "a/b")),
    .setting(SettingChange(step: 12, key: "mask.masked", from: "26", to: "40%")),
    .health(HealthNotice(step: 12, condition: .notFinite, isActive: true, cause: "the loss is nan", advice: "resume")),
    .features(FeatureSpread(step: 50, pictures: 32, deviation: 0.4, effectiveRank: 12.5, rankLimit: 31)),
    .runs(
      RunCatalog(runs: [
        RunListing(
          name: "brisk-otter", state: .stopped, guidance: "clip", step: 3, totalSteps: 9, loss: -0.5,
          evals: ["knn": 0.4],
          seed: 7, created: Date(timeIntervalSince1970: 1), updated: Date(timeIntervalSince1970: 2), tags: ["a"],
          note: "b")
      ])),
    .comparison(
      RunComparison(
        left: "a", right: "b", settings: [RunComparison.Row(name: "seed", left: "0", right: nil)], results: [])),
    .finished(RunSummary(outcome: .stopped, step: 12, loss: -0.5, seconds: 3, checkpoint: "a", reason: nil)),
  ]
}
