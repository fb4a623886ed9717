import Canvas
import Foundation
import RunEvents
import Testing
import Workbench

/// Runs, Config, Evals and the health banner: what they show, and what their keys ask for.
@Suite struct ListViewTests {
  static let time = Date(timeIntervalSince1970: 1_000_000)

  static func listing(
    _ name: String, state: RunStanding = .finished, step: Int = 3000, loss: Double? = -0.9, knn: Double? = nil,
    age: Double,
    guidance: String = "clip", tags: [String] = [], note: String = "", bytes: Int? = nil
  ) -> RunListing {
    RunListing(
      name: name, state: state, guidance: guidance, step: step, totalSteps: 3000, loss: loss,
      evals: knn.map { ["knn": $0, "linear": $0 + 0.05] } ?? [:], seed: 7, created: time - age - 900,
      updated: time - age,
      tags: tags, note: note, isActive: state == .running, checkpointBytes: bytes)
  }

  static let catalog = RunCatalog(
    runs: [
      listing("brisk-otter", state: .running, step: 1284, loss: -0.8127, knn: 0.714, age: 1, bytes: 27_600_000),
      listing(
        "calm-fox", knn: 0.741, age: 4000, tags: ["baseline", "clip"], note: "the one to beat", bytes: 1_380_000_000),
      listing("odd-heron", state: .failed, step: 311, loss: .nan, age: 90_000, guidance: "dino"),
      listing("wise-crane", state: .interrupted, step: 2100, loss: -0.877, knn: 0.69, age: 700_000, guidance: "dino"),
      listing("untrained-0", state: .untrained, step: 0, loss: nil, knn: 0.093, age: 8_000_000, guidance: "-"),
    ], time: time)

  static let configuration: [ConfigurationValue] = [
    ConfigurationValue(key: "seed", value: "7"), ConfigurationValue(key: "data.kind", value: "scenes"),
    ConfigurationValue(key: "data.range", value: "[100000, 116000]"),
    ConfigurationValue(key: "data.augmentation.flip", value: "0.5"),
    ConfigurationValue(
      key: "objective.tokens", value: "cls+masked",
      edit: LiveEdit(
        kind: .choice, allowed: "cls+masked, masked, all or visible", choices: ["cls+masked", "masked", "all"])),
    ConfigurationValue(
      key: "mask.masked", value: "26",
      edit: LiveEdit(kind: .amount, allowed: "a number of patches, or a share", choices: ["0.2", "0.4", "0.6"])),
    ConfigurationValue(
      key: "optimizer.learning_rate_scale", value: "1.0",
      edit: LiveEdit(kind: .number, allowed: "a number above 0", choices: ["0.5", "1.0", "2.0"])),
    ConfigurationValue(
      key: "schedule.eval_every", value: "0",
      edit: LiveEdit(kind: .count, allowed: "a whole number of steps", choices: ["0", "100", "500"])),
    ConfigurationValue(key: "health.bell", value: "true"),
  ]

  static func state(_ view: WorkbenchView) -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(themes: ["default", "light", "mono"]))
    for event in SampleRun.events() {
      if case .started(var description) = event {
        description.configuration = configuration
        state.receive(.started(description))
      } else {
        state.receive(event)
      }
    }
    state.show(view)
    state.receive(.runs(catalog))
    return state
  }

  static let divergence = HealthNotice(
    step: 1284, condition: .divergence, isActive: true, cause: "the loss has climbed from -0.81 to -0.42",
    advice: "lower optimizer.learning_rate_scale or optimizer.clip_gradient, or resume from an earlier checkpoint")

  // MARK: views

  @Test(arguments: [WorkbenchView.runs, .config, .evals]) func views(view: WorkbenchView) {
    let state = Self.state(view)
    for (width, height, levels) in ViewSnapshotTests.sizes {
      for level in levels {
        Snapshots.check("list-\(view.rawValue)", state, width: width, height: height, glyphs: level)
      }
    }
    var empty = WorkbenchState()
    empty.show(view)
    Snapshots.check("list-\(view.rawValue)-empty", empty, width: 80, height: 24)
    Snapshots.check("list-\(view.rawValue)", state, width: 1, height: 1)
  }

  /// A filter shows itself while it is typed, and is as it was where it is not kept.
  @Test func theConfigIsFiltered() {
    var state = Self.state(.config)
    let all = state.config.shownValues.count
    state.press(.character("/"))
    for character in "LEARN" { state.press(.character(character)) }
    #expect(state.config.shownValues.map(\.key) == ["optimizer.learning_rate_scale"])
    state.press(.escape)
    #expect(state.config.shownValues.count == all && state.screen.dialog == nil && state.screen.view == .config)
    state.press(.character("/"), .character("m"), .character("a"), .character("s"), .character("k"), .enter)
    Snapshots.check("config-filtered", state, width: 80, height: 24)
    state.press(.escape)
    #expect(state.config.shownValues.count == all && state.screen.view == .config)
    state.press(.character("/"), .character("~"), .enter)
    #expect(
      renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot().contains("esc shows all"))
  }

  @Test func filteredMarkedAndSorted() {
    var state = Self.state(.runs)
    state.press(.character("/"))
    for character in "dino" { state.press(.character(character)) }
    Snapshots.check("runs-filter", state, width: 80, height: 24)
    state.press(.enter)
    #expect(state.runs.shown.map(\.name) == ["odd-heron", "wise-crane"])
    state.press(.character("o"), .character("o"), .character("o"))
    Snapshots.check("runs-filtered", state, width: 80, height: 24)
  }

  @Test func forksSayWhereTheyComeFrom() {
    var state = Self.state(.runs)
    var catalog = Self.catalog
    catalog.runs[2].origin = RunOrigin(run: "calm-fox", step: 250)
    state.receive(.runs(catalog))
    state.press(.down, .down)
    for (width, height) in [(80, 24), (120, 40)] { Snapshots.check("runs-fork", state, width: width, height: height) }
    state.press(.character("/"))
    for character in "fork=calm-fox" { state.press(.character(character)) }
    #expect(state.runs.shown.map(\.name) == ["odd-heron"])
    state.press(.escape)
    state.press(.home, .down, .character("D"))
    #expect(
      renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot().contains(
        "its forks keep the steps"))
  }

  @Test func dialogs() {
    var state = Self.state(.runs)
    state.press(.down, .character("#"))
    Snapshots.check("runs-tags", state, width: 80, height: 24)
    state.press(.escape, .character("D"))
    Snapshots.check("runs-delete", state, width: 80, height: 24)
    Snapshots.check("runs-delete", state, width: 20, height: 6)
    state.press(.escape)
    state.show(.config)
    state.press(.character("a"), .home, .down, .enter)
    Snapshots.check("config-edit", state, width: 80, height: 24)
    state.press(.backspace, .backspace, .character("0"), .enter)
    Snapshots.check("config-problem", state, width: 80, height: 24)
  }

  @Test func comparison() {
    var state = Self.state(.runs)
    state.receive(
      .comparison(
        RunComparison(
          left: "brisk-otter", right: "calm-fox",
          settings: [
            RunComparison.Row(name: "mask.masked", left: "26", right: "32"),
            RunComparison.Row(name: "guidance.dino.weights", left: nil, right: "/weights/dinov2-vits14"),
          ],
          results: [
            RunComparison.Row(name: "state", left: "running", right: "finished"),
            RunComparison.Row(name: "loss", left: "-0.8127", right: "-0.9000"),
            RunComparison.Row(name: "guidance", left: "clip", right: "clip"),
          ])))
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
      Snapshots.check("comparison", state, width: width, height: height)
    }
    state.press(.escape)
    #expect(state.runs.comparison == nil && state.screen.view == .runs)
  }

  @Test func healthBanner() {
    var state = Self.state(.dashboard)
    state.receive(.health(Self.divergence))
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
      Snapshots.check("health", state, width: width, height: height)
    }
    Snapshots.check("health", state, width: 80, height: 24, glyphs: .ascii)
    state.receive(
      .features(FeatureSpread(step: 1280, pictures: 32, deviation: 0.41, effectiveRank: 12.3, rankLimit: 31)))
    state.show(.config)
    Snapshots.check("health-config", state, width: 80, height: 24)
    Snapshots.check("health-config", state, width: 120, height: 40)
  }

  @Test func namesFromOutsideAreShownSafely() {
    var state = Self.state(.runs)
    let long = String(repeating: "very-long-", count: 30)
    state.receive(
      .runs(
        RunCatalog(
          runs: [
            Self.listing(
              "猫\u{202E}evil\u{1B}[31m" + long, state: .other("stop\u{7}ped"), age: 1, guidance: "cl\u{1B}ip",
              tags: ["タグ", "a\u{0}b", long], note: "写真\u{1B}]0;title\u{7} " + long)
          ], time: Self.time)))
    Snapshots.check("runs-names", state, width: 80, height: 24)
    Snapshots.check("runs-names", state, width: 80, height: 24, glyphs: .ascii)
    state.press(.character("R"))
    Snapshots.check("runs-names-rename", state, width: 80, height: 24)
  }

  // MARK: what keys ask for

  @Test func theListIsReadWhenItIsShownAndKeptFresh() {
    var state = SampleRun.state(steps: 3)
    let key = KeyTable.bindings.first { $0.command == .show(.runs) }?.keys.first ?? .escape
    #expect(reduce(into: &state, action: .tick(10)).isEmpty)
    #expect(state.press(key) == [.send(.listRuns)])
    #expect(state.press(key).isEmpty)
    #expect(reduce(into: &state, action: .tick(12)).isEmpty)
    #expect(reduce(into: &state, action: .tick(15.1)) == [.send(.listRuns)])
    #expect(reduce(into: &state, action: .tick(15.2)).isEmpty)
    state.press(.escape)
    #expect(reduce(into: &state, action: .tick(60)).isEmpty)
    #expect(state.watched.pending.isEmpty)
  }

  @Test func editsOfRunsAreSent() {
    var state = Self.state(.runs)
    state.press(.down)
    #expect(state.runs.selected == "calm-fox")
    state.press(.character("R"), .control("u"))
    for character in "best\u{1B}" { state.press(.character(character)) }
    #expect(state.press(.enter) == [.send(.editRun(name: "calm-fox", edit: .rename(to: "best")))])
    #expect(state.screen.dialog == nil)
    state.receive(.runs(Self.catalog))
    state.press(.home, .down, .character("#"), .character(" "), .character("x"))
    #expect(state.press(.enter) == [.send(.editRun(name: "calm-fox", edit: .tag(["baseline", "clip", "x"])))])
    state.press(.character("N"), .control("u"), .character("q"))
    #expect(state.press(.enter) == [.send(.editRun(name: "calm-fox", edit: .note("q")))])
    state.press(.character("D"))
    #expect(state.press(.enter).isEmpty && state.screen.dialog == nil)
    state.press(.character("D"))
    #expect(state.press(.character("y")) == [.send(.editRun(name: "calm-fox", edit: .delete))])
    // What is being trained is neither renamed nor deleted.
    state.press(.home)
    #expect(
      state.press(.character("D")).isEmpty && state.screen.dialog == nil && state.screen.notice?.isWarning == true)
    #expect(state.press(.character("R")).isEmpty && state.screen.dialog == nil)
  }

  @Test func comparesTheMarkedWithTheCurrentRun() {
    var state = Self.state(.runs)
    #expect(state.press(.character("d")).isEmpty && state.screen.notice?.isWarning == true)
    state.press(.down)
    #expect(state.press(.character("d")) == [.send(.compareRuns(left: "brisk-otter", right: "calm-fox"))])
  }

  @Test func theMarkStaysOnItsRunWhenTheListChanges() {
    var state = Self.state(.runs)
    state.press(.down, .down)
    #expect(state.runs.selected == "odd-heron")
    state.receive(.runs(RunCatalog(runs: Array(Self.catalog.runs.reversed()), time: Self.time)))
    #expect(state.runs.selected == "odd-heron")
    state.receive(.runs(RunCatalog(runs: [Self.catalog.runs[0]], time: Self.time)))
    #expect(state.runs.selected == "brisk-otter")
    state.receive(.runs(RunCatalog(runs: [], time: Self.time)))
    #expect(state.runs.selected == nil)
    for key: Key in [.down, .character("v"), .character("d"), .character("D"), .character("#"), .end] {
      state.press(key)
    }
    #expect(state.screen.dialog == nil)
  }

  @Test func sortsHaveTheBestFirst() {
    var state = Self.state(.runs)
    var orders: [RunsState.Sort: [String]] = [:]
    for _ in RunsState.Sort.allCases {
      orders[state.runs.sort] = state.runs.shown.map(\.name)
      state.press(.character("o"))
    }
    #expect(orders[.updated]?.first == "brisk-otter" && orders[.updated]?.last == "untrained-0")
    #expect(orders[.score]?.prefix(2) == ["calm-fox", "brisk-otter"])
    // Losses that are not finite, or not there, come last.
    #expect(orders[.loss] == ["calm-fox", "wise-crane", "brisk-otter", "odd-heron", "untrained-0"])
    #expect(orders[.name]?.first == "brisk-otter" && orders[.step]?.first == "calm-fox")
    #expect(orders.count == RunsState.Sort.allCases.count)
  }

  @Test func valuesThatMayChangeAreValidatedAndSent() {
    var state = Self.state(.config)
    // A fixed value says so.
    state.press(.home)
    #expect(
      state.press(.enter).isEmpty && state.screen.dialog == nil && state.screen.notice?.text.contains("fixed") == true)
    state.press(.character("a"), .home, .enter, .right)
    #expect(state.press(.enter) == [.send(.change(key: "objective.tokens", value: "masked"))])
    #expect(state.watched.pending.count == 1)
    state.receive(.setting(SettingChange(step: 1284, key: "objective.tokens", from: "cls+masked", to: "masked")))
    #expect(state.watched.pending.isEmpty && state.config.value(of: "objective.tokens") == "masked")
    #expect(
      state.watched.timeline.entries.last?.content
        == .setting(SettingChange(step: 1284, key: "objective.tokens", from: "cls+masked", to: "masked")))
    // Unchanged: nothing is sent.
    state.press(.enter)
    #expect(state.press(.enter).isEmpty && state.screen.dialog == nil)
    // A text that does not fit stays in the form with the reason.
    state.press(.down, .enter)
    for _ in 0..<4 { state.press(.backspace) }
    #expect(state.press(.enter).isEmpty && state.screen.dialog != nil)
    for character in "40%" { state.press(.character(character)) }
    #expect(state.press(.enter) == [.send(.change(key: "mask.masked", value: "40%"))])
    state.receive(.message(RunMessage(level: .error, step: 1284, text: "mask.masked stays as it is")))
    #expect(state.watched.pending.isEmpty && state.screen.notice?.isWarning == true)
  }

  @Test func nothingChangesAfterTheEnd() {
    var state = Self.state(.config)
    state.receive(.finished(RunSummary(outcome: .finished, step: 3000, seconds: 9)))
    state.press(.character("a"), .home)
    #expect(state.press(.enter).isEmpty && state.screen.dialog == nil && state.screen.notice?.isWarning == true)
  }

  @Test func healthIsToldOnceAndTakenBack() {
    var state = Self.state(.dashboard)
    #expect(state.receive(.health(Self.divergence)) == [.bell])
    #expect(state.receive(.health(Self.divergence)).isEmpty)
    #expect(state.watched.health.notices.count == 1)
    let plateau = HealthNotice(step: 1284, condition: .plateau, isActive: true, cause: "flat", advice: "")
    state.receive(.health(plateau))
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    #expect(screen.contains("climbed") && screen.contains("+1 more"))
    var over = Self.divergence
    over.isActive = false
    over.cause = "the loss no longer climbs"
    #expect(state.receive(.health(over)).isEmpty)
    #expect(state.watched.health.notices.map(\.condition) == [.plateau])
    var silent = WorkbenchState()
    silent.receive(.started(SampleRun.description))
    #expect(silent.receive(.health(Self.divergence)).isEmpty)
  }

  @Test func severalEvalsAreQueuedFromOneFormAndTheLastIsCancelled() {
    var state = Self.state(.evals)
    state.press(.character("e"), .down, .right)
    #expect(state.press(.character("a")) == [.send(.evaluate(EvalRequest(kind: "knn", options: ["k": "5"])))])
    state.press(.down, .down, .right)
    #expect(
      state.press(.character("a"))
        == [.send(.evaluate(EvalRequest(kind: "knn", options: ["k": "5", "features": "cls"])))])
    #expect(state.screen.dialog != nil)
    state.press(.escape)
    state.receive(.evalProgress(EvalProgress(id: 4, kind: "knn", step: 1284, fraction: 0, phase: "queued")))
    state.receive(.evalProgress(EvalProgress(id: 5, kind: "knn", step: 1284, fraction: 0, phase: "queued")))
    #expect(state.press(.character("D")) == [.send(.cancelEval(id: 5))])
    #expect(state.press(.character("D")) == [.send(.cancelEval(id: 4))])
    #expect(state.press(.delete) == [.send(.cancelEval(id: 3))])
    #expect(state.press(.delete).isEmpty)
  }
}
