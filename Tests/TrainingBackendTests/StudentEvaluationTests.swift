import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

/// Evaluations that look at more than the last features of a student: every block, its teachers, its heads.
@Suite struct StudentEvaluationTests {
  private static let kinds = ["depth", "health", "zeroshot"]

  /// A student is judged alike while it trains and from its checkpoint.
  @Test func aCheckpointIsJudgedAsTheRunWas() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 2) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return Self.kinds.map { .evaluate(EvalRequest(kind: $0)) } + [.checkpoint]
    }
    #expect(events.results.map(\.kind) == Self.kinds, "\(events.failures)")
    let run = try #require(try small.store.runs().first)
    let evaluation = ModelEvaluation(
      subject: .checkpoint(run: run, step: 1), session: try small.session(),
      requests: Self.kinds.map { EvalRequest(kind: $0) } + [
        EvalRequest(kind: "zeroshot", options: ["templates": "clip"]),
        EvalRequest(kind: "zeroshot", options: ["templates": "clip80"]),
      ])
    var reports: [ModelEvaluation.Report] = []
    try evaluation.run { reports.append($0) }
    for (result, report) in zip(events.results, reports) {
      #expect(result.score == report.score && result.details == report.details, "\(result.kind)")
      #expect(result.baselines == report.baselines, "\(result.kind)")
    }
    let (depth, health, zeroShot) = (reports[0], reports[1], reports[2])
    #expect(depth.details["block@1"] == depth.score && depth.details["best_block"] == 1)
    #expect(depth.baselines?.untrained != nil && depth.baselines?.teacher?.name == "clip")
    #expect(health.baselines == nil && health.score > 0 && health.score < 1)
    for name in [
      "cka@untrained", "cka@clip", "cka@dino", "effective_rank@clip", "cosine_cls@clip", "cosine_masked@dino",
    ] {
      #expect(health.details[name]?.isFinite == true, "\(name)")
    }
    // The shipped CLIP knows the classes; a student of one step does not.
    #expect((zeroShot.baselines?.teacher?.score ?? 0) >= 0.75 && zeroShot.score < 0.6)
    #expect(zeroShot.baselines?.untrained == nil && zeroShot.summary == "12 classes, 8 prompts each")
    #expect(reports[3].summary == "12 classes, 7 prompts each" && reports[4].summary == "12 classes, 80 prompts each")
  }

  @Test func zeroShotNeedsATeacherThatKnowsTexts() throws {
    let small = try SmallRun()
    let events = try small.run(steps: 2, overrides: ["guidance.start=dino"]) { event in
      if case .step = event { [.evaluate(EvalRequest(kind: "zeroshot"))] } else { [] }
    }
    let reason = try #require(events.failures.first?.reason)
    #expect(reason.hasPrefix("evaluation zeroshot needs the guidance of a CLIP teacher") && reason.contains("dino"))
    #expect(reason.hasSuffix("judge a step under a CLIP teacher, whose weights have both towers."))
  }
}
