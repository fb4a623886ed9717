import Canvas
import RunEvents
import Testing
import Workbench

/// Every view at every size and glyph level, as text.
@Suite struct ViewSnapshotTests {
  static let views = WorkbenchView.allCases
  static let sizes: [(width: Int, height: Int, levels: [GlyphLevel])] = [
    (80, 24, GlyphLevel.allCases), (120, 40, [.braille, .ascii]), (200, 60, [.braille]), (60, 16, [.braille, .ascii]),
  ]

  @Test(arguments: views) func view(view: WorkbenchView) {
    var state = SampleRun.state()
    state.show(view)
    for size in Self.sizes {
      for level in size.levels {
        Snapshots.check(view.rawValue, state, width: size.width, height: size.height, glyphs: level)
      }
    }
  }

  @Test(arguments: [(20, 6), (1, 1), (59, 15)]) func tooSmall(width: Int, height: Int) {
    Snapshots.check("too-small", SampleRun.state(), width: width, height: height)
  }

  @Test func maskViews() {
    var state = SampleRun.state()
    for name in ["picture-and-mask", "cosine", "mask-alone", "picture-alone"] {
      for level in GlyphLevel.allCases { Snapshots.check("mask-\(name)", state, width: 80, height: 24, glyphs: level) }
      state.press(.character("m"))
    }
    #expect(state.mask.view == .pictureAndMask)
  }

  @Test func largeGrids() {
    var state = SampleRun.state()
    var preview = SampleRun.preview
    preview.gridRows = 14
    preview.gridColumns = 14
    preview.mask = (0..<196).map { (3...9).contains($0 / 14) && (2...12).contains($0 % 14) }
    preview.cosine = (0..<196).map { Float($0) / 196 }
    state.receive(.preview(preview))
    Snapshots.check("grid-14", state, width: 80, height: 24)
    Snapshots.check("grid-14", state, width: 120, height: 40)
    state.press(.character("m"))
    Snapshots.check("grid-14-cosine", state, width: 80, height: 24)
  }

  @Test func dialogs() {
    var state = SampleRun.state()
    state.press(.character("q"))
    Snapshots.check("quit-dialog", state, width: 80, height: 24)
    Snapshots.check("quit-dialog", state, width: 20, height: 6)
    var detachable = SampleRun.state(options: WorkbenchOptions(canDetach: true))
    detachable.press(.character("q"))
    Snapshots.check("quit-dialog-detach", detachable, width: 80, height: 24)
    Snapshots.check("quit-dialog-detach", detachable, width: 60, height: 16, glyphs: .ascii)
    state.press(.escape, .character("e"), .down, .right, .right, .right)
    Snapshots.check("eval-dialog", state, width: 80, height: 24)
    Snapshots.check("eval-dialog", state, width: 60, height: 16)
    state.press(.character("."), .enter)
    Snapshots.check("eval-dialog-problem", state, width: 80, height: 24)
  }

  @Test func states() {
    Snapshots.check("empty", WorkbenchState(), width: 80, height: 24)
    Snapshots.check("one-point", SampleRun.state(steps: 1), width: 80, height: 24)
    var state = SampleRun.state(steps: 300)
    state.press(.character("p"))
    Snapshots.check("pausing", state, width: 80, height: 24)
    state.receive(.state(RunStateChange(state: .paused, step: 300)))
    state.press(.character("g"))
    Snapshots.check("paused-switching", state, width: 80, height: 24)
    state.receive(.state(RunStateChange(state: .running, step: 300)))
    state.receive(.state(RunStateChange(state: .paused, step: 300, cause: "step 301 was not applied: loss is nan")))
    Snapshots.check("rejected", state, width: 80, height: 24)
    var failed = SampleRun.state(steps: 300)
    failed.receive(
      .finished(
        RunSummary(
          outcome: .failed, step: 300, loss: -0.41, seconds: 93, checkpoint: "demo/checkpoints/brisk-otter/200",
          reason: "the disk of sessions/ is full")))
    Snapshots.check("failed", failed, width: 120, height: 40)
    var finished = SampleRun.state(steps: 3000)
    finished.receive(.finished(RunSummary(outcome: .finished, step: 3000, loss: -0.91, seconds: 903)))
    Snapshots.check("finished", finished, width: 80, height: 24)
  }

  @Test func logarithmicLossWithoutSmoothingOverTheWholeRun() {
    var state = SampleRun.state()
    state.press(.character("l"), .character("s"), .character("s"), .character("x"))
    Snapshots.check("log-raw-whole", state, width: 80, height: 24)
  }

  /// Colours carry the picture, so only the characters that stand for it can be seen here.
  @Test func picturesInColours() {
    let options = WorkbenchOptions(showsPictureColors: true)
    let state = SampleRun.state(options: options)
    Snapshots.check("colours", state, width: 80, height: 24)
    let canvas = renderWorkbench(state, width: 80, height: 24, glyphs: .braille)
    let inks = Set(canvas.cells.map(\.style.foreground))
    #expect(inks.count { if case .rgb = $0 { true } else { false } } > 20)
    #expect(canvas.cells.contains { $0.style.foreground == .role(.masked) && $0.style.background != nil })
  }

  @Test func namesFromOutsideAreShownSafely() {
    var description = SampleRun.description
    description.session = "猫と犬\u{202E}evil\u{1B}[31m"
    description.run = String(repeating: "very-long-", count: 30)
    description.device = "device\u{7}\u{200B} name\nin two lines 日本"
    description.guidances[0].name = "cl\u{1B}ip"
    var state = WorkbenchState()
    state.receive(.started(description))
    state.receive(.step(SampleRun.step(1)))
    state.receive(.message(RunMessage(level: .warning, step: 1, text: "a\u{1B}]0;title\u{7}b 日本語 \u{2067}x")))
    var preview = SampleRun.preview
    preview.name = "写真\u{0}の名前がとても長いのでここで切れる.jpeg"
    state.receive(.preview(preview))
    Snapshots.check("names", state, width: 80, height: 24)
    Snapshots.check("names", state, width: 80, height: 24, glyphs: .ascii)
    state.show(.log)
    Snapshots.check("names-log", state, width: 80, height: 24)
  }
}

extension WorkbenchState {
  /// Presses the key that leads to a view.
  @discardableResult
  mutating func show(_ view: WorkbenchView) -> [WorkbenchEffect] {
    let command: WorkbenchCommand = view == .help ? .toggleHelp : .show(view)
    guard let key = KeyTable.bindings.first(where: { $0.command == command })?.keys.first else { return [] }
    return press(key)
  }
}
