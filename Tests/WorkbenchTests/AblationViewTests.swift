import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// The grid of an ablation: what it shows, and what its keys ask for.
@Suite struct AblationViewTests {
  private static let losses = (0..<24).map { -0.8 + 0.7 * exp(-Double($0) / 6) }

  private static func run(
    _ cell: Int, _ seed: UInt64, _ state: RunStanding = .finished, step: Int = 900, knn: Double? = nil,
    failure: String? = nil
  ) -> AblationRun {
    let shown = losses.enumerated().map { $0.offset < 24 * step / 900 ? $0.element : nil }
    return AblationRun(
      cell: cell, seed: seed, run: state == .waiting ? nil : "run-\(cell)-\(seed)", state: state, step: step,
      totalSteps: state == .waiting ? 0 : 900, loss: state == .waiting ? nil : losses[max(0, 24 * step / 900 - 1)],
      scores: knn.map { ["knn": $0, "linear": $0 + 0.13] } ?? [:], pictures: ["knn": 2000, "linear": 2000],
      failure: failure, losses: state == .waiting ? [] : shown)
  }

  /// Six cells and three seeds on the way: the first seed is made, the second at work, one run has failed.
  static let masks = AblationTable(
    name: "masks", created: ListViewTests.time,
    plan: AblationPlan(
      over: [
        AblationPlan.Axis(key: "guidance.start", values: ["clip", "dino"]),
        AblationPlan.Axis(key: "mask.masked", values: [".3", ".4", ".5"]),
      ], seeds: [0, 1, 2], kinds: ["knn", "linear"]), process: 4711,
    runs: [
      run(1, 0, knn: 0.533), run(2, 0, knn: 0.541), run(3, 0, knn: 0.528), run(4, 0, knn: 0.237),
      run(5, 0, knn: 0.243),
      run(6, 0, .failed, step: 311, failure: "the disk of sessions/ is full"),
      run(1, 1, knn: 0.542), run(2, 1, knn: 0.561), run(3, 1, .running, step: 400),
    ] + [4, 5, 6].map { run($0, 1, .waiting, step: 0) } + (1...6).map { run($0, 2, .waiting, step: 0) })

  private static let older = AblationTable(
    name: "rates", created: ListViewTests.time,
    plan: AblationPlan(
      over: [AblationPlan.Axis(key: "optimizer.learning_rate", values: ["1e-3", "3e-3"])], seeds: [7], at: 500,
      kinds: ["knn"]),
    runs: [run(1, 7, knn: 0.533), run(2, 7, knn: 0.55)])

  private static func state(_ tables: [AblationTable] = [masks, older], opensRuns: Bool = true) -> WorkbenchState {
    var state = SampleRun.state(
      options: WorkbenchOptions(
        themes: ["default", "light", "mono"], attachment: WorkbenchOptions.readOnly, opensRuns: opensRuns))
    state.show(.ablation)
    state.receive(.ablations(AblationList(tables)))
    return state
  }

  @Test func theGridAtEverySize() {
    let state = Self.state()
    for (width, height, levels) in ViewSnapshotTests.sizes {
      for level in levels { Snapshots.check("ablation-grid", state, width: width, height: height, glyphs: level) }
    }
    var marked = state
    for _ in 0..<5 { marked.press(.down) }
    Snapshots.check("ablation-failed", marked, width: 80, height: 24)
    var probes = state
    probes.press(.character("v"), .character("j"), .right)
    Snapshots.check("ablation-linear", probes, width: 120, height: 40)
    var other = state
    other.press(.character(","), .down)
    Snapshots.check("ablation-older", other, width: 80, height: 24)
    Snapshots.check("ablation-none", Self.state([]), width: 80, height: 24)
    for size in [(1, 1), (20, 6), (60, 16)] {
      _ = renderWorkbench(state, width: size.0, height: size.1, glyphs: .ascii)
    }
  }

  /// Many values and seeds: what has no room is reached by the mark.
  @Test func theMarkedSeedIsAlwaysShown() {
    var many = Self.masks
    many.plan.seeds = (0..<12).map { $0 }
    many.runs = many.plan.seeds.flatMap { seed in (1...6).map { Self.run($0, seed, knn: 0.5 + Double(seed) / 100) } }
    var state = Self.state([many])
    for seed in 0..<12 {
      let text = renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot()
      #expect(text.contains("seed \(seed)") && text.contains("run-1-\(seed)"), "seed \(seed)")
      state.press(.right)
    }
    #expect(state.ablation.marked?.seed == 11)
  }

  @Test func arrowsMarkARunAndEnterOpensIt() {
    var state = Self.state()
    #expect(state.ablation.marked?.run == "run-1-0")
    state.press(.down, .right)
    #expect(state.ablation.marked?.run == "run-2-1")
    #expect(state.pressed(.enter) == [.open(RunReference(session: "demo", run: "run-2-1"))])
    state.press(.up, .up, .left, .left)
    #expect(state.ablation.marked?.run == "run-1-0")
    state.press(.end, .right, .right)
    #expect(state.ablation.marked?.state == .waiting && state.press(.enter).isEmpty)
    #expect(state.screen.notice?.text == "this run has not begun")
    // Where this process trains a run, it says what to do.
    var training = Self.state(opensRuns: false)
    #expect(training.press(.enter).isEmpty && training.screen.notice?.text.contains("mvp attach run-1-0") == true)
  }

  @Test func theMarkStaysWhereItWasWhenTheListIsReadAnew() {
    var state = Self.state()
    state.press(.character(","))
    #expect(state.ablation.table?.name == "rates")
    state.press(.down)
    var newer = Self.masks
    newer.name = "newest"
    state.receive(.ablations(AblationList([newer, Self.masks, Self.older])))
    #expect(state.ablation.table?.name == "rates" && state.ablation.marked?.cell == 2)
    state.press(.character("."))
    #expect(state.ablation.table?.name == "masks" && state.ablation.marked?.cell == 1)
    state.receive(.ablations(AblationList([])))
    #expect(state.ablation.table == nil && state.ablation.marked == nil)
  }

  /// The store is asked while the view is shown, and for no other view.
  @Test func theStoreIsAskedWhileTheViewIsShown() {
    var state = SampleRun.state()
    func tick(_ time: Double) -> [WorkbenchEffect] { reduce(into: &state, action: .tick(time)) }
    #expect(!tick(100).contains(.send(.listAblations)))
    #expect(state.show(.ablation) == [.send(.listAblations)])
    #expect(!tick(102).contains(.send(.listAblations)))
    #expect(tick(105.5) == [.send(.listAblations)])
    state.show(.log)
    #expect(!tick(200).contains(.send(.listAblations)))
  }

  @Test func namesFromOutsideAreShownSafely() {
    var table = Self.masks
    table.name = "evil\u{1B}[31m"
    table.plan.over[0] = AblationPlan.Axis(key: "a\u{7}.b\u{1B}", values: ["x\u{202E}", "日本語の長い名前"])
    table.runs[0].run = "run\u{1B}]0;title\u{7}"
    table.runs[0].failure = "why\n\u{1B}[2J"
    let text = renderWorkbench(Self.state([table]), width: 80, height: 24, glyphs: .braille).textSnapshot()
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}") && !text.contains("\u{202E}"))
  }
}
