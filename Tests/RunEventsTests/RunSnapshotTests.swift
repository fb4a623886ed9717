import Foundation
import Measures
import RunEvents
import Testing

@Suite struct RunSnapshotTests {
  private func started(run: String = "brisk-otter", at step: Int = 0) -> RunEvent {
    .started(
      RunDescription(
        session: "demo", run: run, seed: 1, totalSteps: 100, startStep: step, batchSize: 2, accumulation: 1,
        datasetSize: 10, dataset: "scenes", student: ModelDescription(summary: "s", parameters: 1), guidances: [],
        guidance: "clip", grid: [2, 2], maskedPatches: 1, device: "d", evals: ["knn"], previewCount: 2,
        metrics: Metric.earlier))
  }

  private func step(_ number: Int) -> RunEvent {
    .step(
      StepMetrics(
        step: number, totalSteps: 100, epoch: 0, guidance: "clip", values: [.loss: -0.1, .stepSeconds: 1]))
  }

  private func progress(_ id: Int, _ fraction: Double) -> RunEvent {
    .evalProgress(EvalProgress(id: id, kind: "knn", step: 1, fraction: fraction, phase: "p"))
  }

  private func health(_ condition: HealthNotice.Condition, _ isActive: Bool) -> RunEvent {
    .health(HealthNotice(step: 3, condition: condition, isActive: isActive, cause: "c"))
  }

  private func snapshot(_ events: [RunEvent]) -> RunSnapshot {
    var snapshot = RunSnapshot()
    for event in events { snapshot.take(event) }
    return snapshot
  }

  @Test func nothingIsToldBeforeTheStart() {
    #expect(snapshot([.message(RunMessage(level: .info, step: 0, text: "t"))]).events.isEmpty)
  }

  @Test func onlyWhatHoldsNowIsTold() {
    let guidance = RunEvent.guidance(GuidanceChange(step: 2, from: "clip", to: "dino"))
    let setting = RunEvent.setting(SettingChange(step: 3, key: "k", from: "1", to: "2"))
    let paused = RunEvent.state(RunStateChange(state: .paused, step: 4))
    let told = snapshot([
      started(), .state(RunStateChange(state: .running, step: 0)), step(1), progress(1, 0.1), progress(2, 0),
      step(2), guidance, progress(1, 0.9), health(.plateau, true), health(.disk, true), health(.plateau, false),
      step(3),
      setting, .evalFailure(EvalFailure(id: 2, kind: "knn", step: 1, reason: "r")), step(4), paused,
    ])
    #expect(told.step == 4)
    #expect(told.events == [started(), guidance, setting, step(4), paused, health(.disk, true), progress(1, 0.9)])
  }

  @Test func anotherStartForgetsTheRunBefore() {
    let told = snapshot([started(), step(9), health(.disk, true), started(run: "calm-fox", at: 20)])
    #expect(told.events == [started(run: "calm-fox", at: 20)])
    #expect(told.step == 20)
  }

  /// However long the run, what a newcomer is told stays as short.
  @Test func sizeDoesNotGrowWithTheRun() {
    var snapshot = snapshot([started()])
    for number in 1...10_000 {
      snapshot.take(step(number))
      snapshot.take(.setting(SettingChange(step: number, key: "k", from: "1", to: "2")))
    }
    #expect(snapshot.events.count <= 1002)
  }
}
