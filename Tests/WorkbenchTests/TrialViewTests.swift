import Canvas
import Histories
import Measures
import RunEvents
import Testing
import Workbench

/// Evaluations that runs of their own make: asked for in the form, listed with a link, laid over the curves.
@Suite struct TrialViewTests {
  private static let evaluations =
    SampleRun.evaluations + [
      EvaluationDescription(
        kind: "finetune", title: "fine-tuning", shortTitle: "tuned",
        options: [
          OptionDescription(
            name: "epochs", help: "passes over the pictures", values: .whole(1...100), usual: "10", steps: ["5", "10"])
        ], task: "finetune")
    ]

  private static let fox = RunReference(session: "demo", run: "tidy-fox")

  /// - Parameter isAttached: whether another process trains the run.
  private func state(_ view: WorkbenchView = .evals, isAttached: Bool = true) -> WorkbenchState {
    let options = WorkbenchOptions(
      themes: ["default"], canDetach: true, attachment: isAttached ? "attached to process 4711" : nil,
      opensRuns: isAttached, loadsHistory: true)
    var state = WorkbenchState(options: options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    var run = SampleRun.description
    (run.evals, run.evaluations) = (run.evals + ["finetune"], Self.evaluations)
    for event in SampleRun.events() {
      if case .started = event { state.receive(.started(run)) } else { state.receive(event) }
    }
    let reference = RunReference(session: "demo", run: "brisk-otter")
    state.answer(
      RunHistory(reference: reference, state: .running, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino"),
      .run(reference))
    state.show(view)
    return state
  }

  private func progress(_ phase: String, _ fraction: Double = 0) -> RunEvent {
    .evalProgress(
      EvalProgress(id: 4, kind: "finetune", step: 1280, fraction: fraction, phase: phase, trial: "tidy-fox"))
  }

  private let result = RunEvent.evalResult(
    EvalResult(
      id: 4, kind: "finetune", step: 1280, score: 0.83, summary: "10 passes over 2000 pictures", seconds: 92,
      guidance: "clip", trial: "tidy-fox"))

  private func text(_ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40) -> String {
    renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
  }

  @Test func theFormOffersARunOfItsOwn() {
    var state = state()
    state.press(.character("e"))
    for _ in 0..<8 { state.press(.down) }
    state.press(.down)
    Snapshots.check("eval-form-trial", state, width: 80, height: 24)
    #expect(text(state).contains("in turns") && text(state).contains("now, after: a run of its own"))
    state.press(.right, .down, .right)
    let wanted = EvalRequest(kind: "finetune", options: ["epochs": "5"], trial: .now)
    #expect(state.press(.character("a")) == [.send(.evaluate(wanted))])
    state.press(.up, .right)
    #expect(
      state.press(.enter)
        == [.send(.evaluate(EvalRequest(kind: "finetune", options: ["epochs": "5"], trial: .after)))])
    // Kinds that no run can make do not ask.
    state.press(.character("e"), .enter)
    #expect(state.watched.pending.last?.command == .evaluate(EvalRequest(kind: "knn")))
  }

  @Test func theStatusLineSaysWhatBeginsAndWhatWaits() {
    var state = state(.dashboard)
    state.receive(progress(EvalProgress.waits))
    #expect(state.screen.notice?.text == "fine-tuning by run tidy-fox: waits for the end")
    state.receive(progress("step 3/310", 0.01))
    #expect(state.screen.notice?.text == "fine-tuning by run tidy-fox: waits for the end", "steps are no news")
    state.receive(progress(EvalProgress.begins))
    #expect(state.screen.notice?.text == "fine-tuning by run tidy-fox: begins")
  }

  @Test func enterOpensTheRunThatMadeTheMarkedScore() {
    var state = state()
    state.receive(progress("step 120/310", 0.39))
    #expect(text(state).contains("tidy-fox: step 120/310"))
    // The evaluation in turns stands first; the trial is next.
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.notice?.text == "only an evaluation that a run of its own made can be opened")
    state.press(.down)
    #expect(state.press(.enter) == [.open(Self.fox)] && state.runs.opening == Self.fox)
  }

  @Test func aScoreHasALinkToItsRun() {
    var state = state()
    state.receive(progress("step 310/310", 1))
    state.receive(result)
    #expect(state.evals.active.map(\.id) == [3])
    state.press(.down)
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      _ = reduce(into: &state, action: .resize(width: width, height: height))
      Snapshots.check("evals-trial", state, width: width, height: height)
      #expect(text(state, width, height).contains("fine-tuning*"))
      #expect(text(state, width, height).contains("run tidy-fox: enter opens it"))
    }
    #expect(state.press(.enter) == [.open(Self.fox)])
    let effects = reduce(
      into: &state,
      action: .opened(OpenedRun(reference: Self.fox, attachment: "read-only", canDetach: false)))
    #expect(effects.isEmpty && state.screen.view == .dashboard)
    // Where this process trains the run, the way there is said.
    var own = self.state(isAttached: false)
    own.receive(result)
    own.press(.down)
    #expect(own.press(.enter).isEmpty && own.screen.notice?.text.contains("mvp attach tidy-fox") == true)
  }

  @Test func theMarkStaysOnItsLine() {
    var state = state()
    state.press(.end)
    let first = text(state).split(separator: "\n").first { $0.contains("│>") }
    #expect(first?.contains("55.8%") == true, "\(first ?? "")")
    state.receive(result)
    #expect(text(state).split(separator: "\n").first { $0.contains("│>") } == first)
    state.press(.home)
    #expect(text(state).split(separator: "\n").first { $0.contains("│>") }?.contains("linear probe") == true)
  }

  @Test func theListSaysOfWhatARunIsATrial() {
    var state = state(.runs)
    var catalog = ListViewTests.catalog
    for index in catalog.runs.indices {
      catalog.runs[index].trial = TrialOrigin(run: "brisk-otter", step: 500, kind: "finetune")
    }
    state.receive(.runs(catalog))
    let screen = text(state, 200, 60)
    #expect(screen.contains("trial of") && screen.contains("brisk-otter at 500"))
    #expect(screen.contains("finetune of brisk-otter at step 500"))
    #expect(RunFilter("trial:brisk").passing(catalog.runs).count == catalog.runs.count)
    #expect(RunFilter("trial:fox").passing(catalog.runs).isEmpty)
  }

  /// Losses of two tasks are two quantities; what else both measure is drawn together.
  @Test func curvesOfAnotherTaskAreLaidOverWithoutItsLoss() {
    var state = state(.curves)
    var metrics = MetricHistory()
    for step in 1...300 { metrics.append(SampleRun.step(step, loss: 2.5)) }
    func overlay(_ task: String?) -> RunHistory {
      RunHistory(
        reference: Self.fox, state: .finished, totalSteps: 300, metrics: metrics, guidance: "", task: task)
    }
    _ = state.toggleOverlay(Self.fox)
    state.answer(overlay("finetune"), .run(Self.fox))
    let screen = text(state)
    #expect(screen.contains("tidy-fox") && !screen.contains("2.5000"))
    #expect(state.horizontal.bounds.upperBound >= 1284, "the axis is that of the longer run")
    var alike = self.state(.curves)
    _ = alike.toggleOverlay(Self.fox)
    alike.answer(overlay(nil), .run(Self.fox))
    #expect(text(alike).contains("2.5000"))
  }
}
