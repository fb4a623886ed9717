import Canvas
import RunEvents
import Testing
import Workbench

/// The monitor of a machine: the workbench without a run.
@Suite struct MonitorTests {
  private static func state(samples: Int = 120, runs: [LiveRunSample] = []) -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(machine: "build-host"))
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for index in stride(from: 1, through: samples, by: 1) {
      var sample = SystemViewTests.sample(index, time: 1_700_000_000 + Double(index))
      sample.processCores = nil
      sample.residentBytes = nil
      sample.peakBytes = nil
      sample.plannedBytes = nil
      sample.tensorBytes = nil
      sample.peakTensorBytes = nil
      sample.folder = "sessions"
      sample.runs = runs
      state.receive(.system(sample))
    }
    return state
  }

  private static let runs = [
    LiveRunSample(
      session: "demo", run: "brisk-otter", state: .running, step: 1284, totalSteps: 3000, process: 4711, cores: 1.93,
      residentBytes: 312_000_000),
    LiveRunSample(session: "猫\u{1B}[31m", run: "calm-fox", state: .paused, step: 3, totalSteps: 100_000),
  ]

  private func screen(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: state.screen.width, height: state.screen.height, glyphs: .braille).textSnapshot()
  }

  @Test func itLooksAsItDid() {
    var state = Self.state(runs: Self.runs)
    Snapshots.check("monitor", state, width: 120, height: 40)
    _ = reduce(into: &state, action: .resize(width: 80, height: 24))
    Snapshots.check("monitor", state, width: 80, height: 24)
    Snapshots.check("monitor", state, width: 80, height: 24, glyphs: .ascii)
    state.show(.curves)
    Snapshots.check("monitor-curves", state, width: 80, height: 24)
    var small = Self.state()
    _ = reduce(into: &small, action: .resize(width: 60, height: 16))
    Snapshots.check("monitor", small, width: 60, height: 16, glyphs: .ascii)
    var empty = Self.state(samples: 0)
    _ = reduce(into: &empty, action: .resize(width: 80, height: 24))
    Snapshots.check("monitor-empty", empty, width: 80, height: 24)
  }

  /// Ranks stand below their run, GPUs in a pane of their own.
  @Test func itShowsGPUsAndRanks() {
    var state = Self.state(runs: Self.runs)
    var sample = SystemViewTests.sample(121, time: 1_700_000_121)
    sample.runs = Self.runs
    sample.runs?[0].ranks = SystemViewTests.ranks
    sample.gpus = SystemViewTests.gpus
    state.receive(.system(sample))
    Snapshots.check("monitor-gpus", state, width: 120, height: 40)
    #expect(screen(state).contains("rank 1 on gpu2") && screen(state).contains("the others wait for it"))
  }

  @Test func keysOfARunAreRefusedWithAReason() {
    let state = Self.state()
    for binding in KeyTable.bindings {
      guard case .global = binding.scope, let reason = state.refusal(of: binding.command) else { continue }
      var pressed = state
      #expect(pressed.press(binding.keys[0]).isEmpty)
      #expect(pressed.screen.notice?.text == reason && pressed.screen.view == .system)
      #expect(!screen(state).contains(" \(binding.footerName)  "), "\(binding.footerName) is offered")
    }
    for command in [
      WorkbenchCommand.pauseOrResume, .checkpoint, .switchGuidance, .openEvals, .show(.runs), .show(.dashboard),
      .curves(.addOverlay), .detach, .cycleSmoothing,
    ] { #expect(state.refusal(of: command) != nil, "\(command)") }
    for command in [
      WorkbenchCommand.show(.curves), .show(.system), .show(.log), .openPalette, .toggleHelp,
      .cycleStepRange, .curves(.zoomIn), .quit,
    ] { #expect(state.refusal(of: command) == nil, "\(command)") }
  }

  @Test func itIsLeftAtOnceAndAsksNoEngine() {
    var state = Self.state()
    #expect(state.press(.character("q")) == [.quit(.ended)])
    #expect(reduce(into: &state, action: .tick(100)).isEmpty)
  }

  @Test func viewsAreThoseThatShowAMachine() {
    var state = Self.state()
    #expect(state.screen.view == .system)
    var seen: [WorkbenchView] = []
    for _ in 0..<3 {
      state.press(.tab)
      seen.append(state.screen.view)
    }
    #expect(seen == [.log, .curves, .system])
    state.press(.character("2"), .character("?"))
    #expect(state.screen.view == .help)
    state.press(.escape, .escape, .escape)
    #expect(state.screen.view == .system)
    // What the palette finds is nothing of other views.
    state.press(.character(":"))
    for character in "runs delete" { state.press(.character(character)) }
    state.press(.enter)
    #expect(state.screen.view == .system)
  }

  @Test func samplesPlayThePartOfSteps() {
    var state = Self.state()
    #expect(state.step == 120 && state.watched.history.lastStep == 120)
    state.show(.curves)
    #expect(screen(state).contains("x time of day") && screen(state).contains("everything"))
    var axes: [String] = []
    for _ in 0..<3 {
      state.press(.character("u"))
      axes.append(
        screen(state).firstMatch(of: /x (sample|time watched|time of day|epoch|step)/).map { String($0.1) } ?? "")
    }
    #expect(axes == ["sample", "time watched", "time of day"])
    state.press(.left, .left)
    #expect(screen(state).contains(/sample 1[12][0-9] · watched 1:5[0-9]/))
    state.press(.escape, .up, .up)
    #expect(screen(state).contains("following the newest"))
    let before = state.horizontal.bounds
    for index in 121...240 {
      state.receive(.system(SystemViewTests.sample(index, time: 1_700_000_000 + Double(index))))
    }
    #expect(state.horizontal.bounds.upperBound > before.upperBound + 60)
    state.press(.home, .enter)
    #expect(screen(state).components(separatedBy: "┌").count == 2)
  }

  @Test func itRemembersOnlyViewsThatItHas() {
    var state = Self.state()
    var preferences = state.preferences
    preferences.view = .mask
    state.preferences = preferences
    #expect(state.screen.view == .system)
    preferences.view = .log
    state.preferences = preferences
    #expect(state.screen.view == .log)
  }

  @Test func everySizeIsDrawn() {
    var state = Self.state(runs: Array(repeating: Self.runs, count: 9).flatMap { $0 })
    for view in [WorkbenchView.system, .curves, .log, .help] {
      state.show(view)
      for (width, height) in [(1, 1), (59, 15), (60, 16), (80, 24), (133, 37), (250, 80)] {
        _ = reduce(into: &state, action: .resize(width: width, height: height))
        for glyphs in GlyphLevel.allCases {
          let canvas = renderWorkbench(state, width: width, height: height, glyphs: glyphs)
          for y in 0..<height { #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == width) }
        }
      }
    }
  }
}

extension WorkbenchState {
  fileprivate func refusal(of command: WorkbenchCommand) -> String? {
    if case .disabled(let reason) = availability(of: command) { reason } else { nil }
  }
}
