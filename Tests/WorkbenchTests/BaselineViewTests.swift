import Foundation
import RunEvents
import Testing
import Workbench

/// Scores beside what they are held against, wherever the workbench shows one.
@Suite struct BaselineViewTests {
  private static let baselines = EvalBaselines(
    pictures: 2000, chance: 1.0 / 12, untrained: 0.488,
    teacher: EvalBaselines.Teacher(name: "clip", score: 0.693, isProjected: true))

  private static let result = EvalResult(
    id: 7, kind: "knn", step: 1284, score: 0.612, summary: "k=20 T=0.07", seconds: 12, guidance: "clip",
    data: EvalData(classes: 12, classNames: ["bee"], train: 6000, test: 2000, split: ""), baselines: baselines)

  private func state(_ view: WorkbenchView) -> WorkbenchState {
    var state = SampleRun.state()
    state.receive(.evalResult(Self.result))
    state.show(view)
    return state
  }

  private func text(_ state: WorkbenchState, _ width: Int, _ height: Int) -> String {
    var state = state
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    return renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  /// Narrow or wide, differences and interval stand beside the score; chance, the same for all, above the table.
  @Test(arguments: [(80, 24), (120, 40), (200, 60)]) func theResults(width: Int, height: Int) {
    let text = text(state(.evals), width, height)
    for word in ["95% interval", "vs untrained", "vs teacher", "59.0 to 63.3", "+12.4", "-8.1", "61.2%"] {
      #expect(text.contains(word), "\(word) at \(width) x \(height)")
    }
    #expect(text.contains("12 classes, 6000 + 2000 pictures, chance 8.3%"))
    Snapshots.check("evals-baselines", state(.evals), width: width, height: height)
  }

  /// What says most comes first, and no fact is cut.
  @Test func theDashboard() {
    #expect(text(state(.dashboard), 80, 24).contains("kNN +12.4 untrained"))
    #expect(text(state(.dashboard), 120, 40).contains("kNN +12.4 untrained · -8.1 clip"))
    let wide = text(state(.dashboard), 200, 60)
    #expect(wide.contains("kNN +12.4 untrained · -8.1 clip · 59.0 to 63.3 · chance 8.3%"))
    #expect(wide.contains("61.2%"))
  }

  /// A kind's curve is a line of marks beside its result, in the evals and on the dashboard.
  @Test func curvesOfResults() {
    var run = SampleRun.description
    run.evaluations = [EvaluationDescription(kind: "depth", title: "depth", numbers: ["best_block"], curve: "block")]
    var state = SampleRun.state()
    state.receive(.started(run))
    let details = ["block@1": 0.1, "block@2": 0.5, "block@10": 0.2, "block@3": 0.8, "best_block": 3]
    state.receive(
      .evalResult(
        EvalResult(
          id: 7, kind: "depth", step: 1284, score: 0.8, details: details, seconds: 12, guidance: "clip",
          baselines: Self.baselines)))
    state.show(.evals)
    #expect(text(state, 120, 40).contains("▁▅█▂"))
    #expect(text(state, 200, 60).contains("▁▅█▂  block 1-4 10.0 50.0 80.0 20.0%"))
    state.show(.dashboard)
    #expect(text(state, 120, 40).contains("depth +31.2 untrained · ▁▅█▂"))
  }

  @Test func theLog() {
    #expect(
      text(state(.log), 200, 60).contains(
        "61.2% (59.0 to 63.3, untrained 48.8% (+12.4), projected teacher clip 69.3% (-8.1), chance 8.3%)"))
  }

  /// A run that has ended says what was found, in as many lines as that takes.
  @Test func theEnd() {
    var state = state(.dashboard)
    let verdict = Self.baselines.sentence("kNN", 0.612)
    state.receive(.finished(RunSummary(outcome: .finished, step: 1284, loss: -0.9, seconds: 900, verdict: verdict)))
    let text = text(state, 80, 24)
    let lines = text.split(separator: "\n").prefix(8).map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.joined(separator: " ").contains("; q leaves. " + verdict))
    Snapshots.check("finished-verdict", state, width: 80, height: 24)
  }

  private static func listing(_ name: String, _ masked: String, seconds: Double = 532) -> RunListing {
    RunListing(
      name: name, state: .stopped, guidance: "clip", step: 100, totalSteps: 900, loss: -0.5, evals: ["knn": 0.612],
      baselines: ["knn": baselines], created: ListViewTests.time - 900, updated: ListViewTests.time - 60,
      values: ["mask.masked": masked, "student.width": "128"], seconds: seconds, rate: 93.5)
  }

  private func runs(_ listings: [RunListing]) -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(opensRuns: true, loadsHistory: true))
    for event in SampleRun.events() { state.receive(event) }
    state.show(.runs)
    state.receive(
      .runs(RunCatalog(runs: listings, time: ListViewTests.time, differing: ["mask.masked", "student.width"])))
    return state
  }

  /// The list has columns for what the shown runs differ in, for how long they trained, and how fast.
  @Test func theRuns() {
    var state = runs([Self.listing("calm-fox", "26"), Self.listing("wise-crane", "0.6")])
    let wide = text(state, 200, 60)
    #expect(wide.contains(" masked ") && !wide.contains(" width "))
    #expect(wide.contains(" 0.6 ") && wide.contains("8:52") && wide.contains("93.5"))
    #expect(
      wide.contains("kNN 61.2% · 59.0 to 63.3 · untrained 48.8% (+12.4) · projected teacher clip 69.3% (-8.1)"))
    Snapshots.check("runs-differing", state, width: 120, height: 40)
    state.receive(
      .runs(
        RunCatalog(
          runs: [Self.listing("calm-fox", "26"), Self.listing("wise-crane", "26")], time: ListViewTests.time,
          differing: ["mask.masked"])))
    #expect(!text(state, 200, 60).contains(" masked "), "the shown runs are the same in it")
  }

  /// Runs of other sessions are listed, laid over the curves, compared and opened by the same keys.
  @Test func otherSessions() {
    var state = runs([Self.listing("calm-fox", "26")])
    #expect(state.press(.character("A")) == [.send(.listAllRuns(of: []))])
    state.receive(
      .runs(
        RunCatalog(
          runs: [Self.listing("calm-fox", "26"), Self.listing("stamps/calm-fox", "0.6")], time: ListViewTests.time)))
    state.press(.end)
    #expect(state.runs.selected == "stamps/calm-fox")
    let other = RunReference(session: "stamps", run: "calm-fox")
    #expect(state.pressed(.enter) == [.open(other)])
    #expect(state.pressed(.character("d")) == [.send(.compareRuns(left: "brisk-otter", right: "stamps/calm-fox"))])
    #expect(state.press(.character("v")) == [.loadHistory(.run(other))])
    #expect(text(state, 120, 40).contains("B stamps/calm-fox"))
    #expect(state.press(.character("R")).isEmpty)
    #expect(state.screen.dialog == nil && state.screen.notice?.text.contains("is another session's") == true)
    #expect(state.press(.character("A")) == [.send(.listRuns)])
  }

  /// A run that has ended before its time goes on in a process of its own, and is watched.
  @Test func endedRunsAreResumed() {
    var state = runs([Self.listing("calm-fox", "26")])
    #expect(state.press(.character("r")) == [.resume(RunReference(session: "demo", run: "calm-fox"))])
    #expect(state.runs.opening?.run == "calm-fox")
    var whole = Self.listing("calm-fox", "26")
    whole.step = 900
    state = runs([whole])
    #expect(state.press(.character("r")).isEmpty)
    #expect(state.screen.notice?.text.contains("made all its steps") == true)
  }

  /// A run that is read from its store can be judged there.
  @Test func storedRunsAreJudged() {
    var state = WorkbenchState(
      options: WorkbenchOptions(attachment: WorkbenchOptions.readOnly, opensRuns: true, loadsHistory: true))
    for event in SampleRun.events() { state.receive(event) }
    state.receive(.finished(RunSummary(outcome: .stopped, step: 1284, seconds: 9)))
    state.show(.evals)
    #expect(text(state, 120, 40).contains("e judges its newest checkpoint"))
    state.press(.character("e"))
    #expect(state.press(.enter) == [.send(.evaluate(EvalRequest(kind: "knn")))])
    state.receive(.evalProgress(EvalProgress(id: 8, kind: "knn", step: 1284, fraction: 0.5, phase: "features 1/2")))
    #expect(text(state, 120, 40).contains("features 1/2"))
  }
}
