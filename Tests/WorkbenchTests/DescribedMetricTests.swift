import Canvas
import Foundation
import Measures
import RunEvents
import Testing
import Workbench

/// A run of another version of the program that measures what this one has never heard of.
@Suite struct DescribedMetricTests {
  private static let entropy = Metric(
    key: "target_entropy", name: "tgt entropy", shortName: "tgt entr", format: .fixed(2), better: .less)
  private static let sync = Metric(
    key: "sync_seconds", name: "sync", rank: 5,
    phase: Metric.Phase(letter: "S", name: "sync", help: "waiting for other machines", color: 0))

  private func state(metrics: [Metric] = Metric.earlier + [entropy, sync]) -> WorkbenchState {
    var state = WorkbenchState()
    _ = reduce(into: &state, action: .resize(width: 160, height: 48))
    let sample = SampleRun.description
    state.receive(
      .started(
        RunDescription(
          session: sample.session, run: sample.run, seed: sample.seed, totalSteps: sample.totalSteps, startStep: 0,
          batchSize: sample.batchSize, accumulation: 1, datasetSize: sample.datasetSize, dataset: sample.dataset,
          student: sample.student, guidances: sample.guidances, guidance: sample.guidance, grid: sample.grid,
          maskedPatches: sample.maskedPatches, device: sample.device, evals: sample.evals, previewCount: 0,
          metrics: metrics)))
    for number in 1...300 {
      var step = SampleRun.step(number)
      step.values[Self.entropy] = 2.25
      step.values[Self.sync] = 0.1
      state.receive(.step(step))
    }
    return state
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 160, height: 48, glyphs: .braille).textSnapshot()
  }

  @Test func itStandsInTheTableWithItsPhase() {
    let screen = text(state())
    #expect(screen.contains("tgt entr") && screen.contains("2.25"), "\(screen)")
    #expect(screen.contains("S sync"), "\(screen)")
  }

  /// The curves in 3 x 5 panes.
  private func curves(_ state: WorkbenchState) -> String {
    var state = state
    var choices = state.preferences
    (choices.curves.columns, choices.curves.rows) = (3, 5)
    state.preferences = choices
    state.show(.curves)
    return text(state)
  }

  @Test func itHasAPaneAfterTheUsualOnes() {
    let screen = curves(state())
    let places = ["cos visible", "tgt entropy", "step time", "optimizer ti", "sync time"].map {
      screen.range(of: $0)?.lowerBound
    }
    #expect(
      places.allSatisfy { $0 != nil } && places.compactMap { $0 } == places.compactMap { $0 }.sorted(), "\(screen)")
  }

  @Test func withoutWordsItGoesByItsKey() {
    let state = state(metrics: [.loss, .stepSeconds])
    #expect(state.watched.history.metrics.contains(Metric(key: "target_entropy", name: "target_entropy")))
    let screen = curves(state)
    #expect(screen.contains("target_entropy"), "\(screen)")
  }
}
