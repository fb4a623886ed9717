import Canvas
import Foundation
import Measures
import RunEvents
import Testing
import Workbench

@Suite struct RenderTests {
  /// Every size up to a common one, and some odd ones, in every view and with every dialog: nothing traps, every row
  /// adds up, and at the ASCII level nothing but ASCII appears.
  @Test(arguments: WorkbenchView.allCases) func everySizeIsDrawn(view: WorkbenchView) {
    var plain = SampleRun.state(steps: 120)
    plain.receive(.preview(SampleRun.preview))
    plain.receive(.system(ProbeTests.sample))
    plain.receive(.inspection(ProbeTests.inspection))
    plain.show(view)
    // A banner of two lines leaves the least room.
    var paused = plain
    paused.receive(
      .state(RunStateChange(state: .paused, step: 120, cause: String(repeating: "the loss is not finite ", count: 8))))
    var quitting = plain
    quitting.press(.character("q"))
    var choosing = plain
    choosing.press(.character("e"))
    var sizes: [(Int, Int)] = [(0, 0), (1, 1), (2, 1), (1, 60), (500, 3), (3, 500), (80, 24), (81, 25), (300, 100)]
    for width in stride(from: 50, through: 132, by: 7) {
      for height in [12, 15, 16, 17, 18, 19, 22, 27, 32, 42] { sizes.append((width, height)) }
    }
    for state in [plain, paused, quitting, choosing, WorkbenchState()] {
      for (index, size) in sizes.enumerated() {
        let glyphs = GlyphLevel.allCases[index % 3]
        let canvas = renderWorkbench(state, width: size.0, height: size.1, glyphs: glyphs)
        #expect(canvas.cells.count == size.0 * size.1)
        for y in 0..<size.1 {
          #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == size.0, "row \(y) of \(size)")
        }
        if glyphs == .ascii { #expect(canvas.textSnapshot().utf8.allSatisfy { $0 < 0x80 }) }
      }
    }
  }

  /// Frames stand where they must, so no pane writes over another.
  @Test func panesDoNotOverlap() {
    for (width, height) in [(80, 24), (100, 30), (120, 40), (200, 60)] {
      let canvas = renderWorkbench(SampleRun.state(), width: width, height: height, glyphs: .braille)
      let lines = canvas.textSnapshot().split(separator: "\n", omittingEmptySubsequences: false)
      // Below the header and the line of progress, above the footer.
      for line in lines.dropFirst(2).dropLast(2) {
        #expect(line.count == width, "\(line)")
        #expect("┌│└".contains(line.first ?? " ") && "┐│┘".contains(line.last ?? " "), "\(line)")
      }
    }
  }

  /// What a refresh costs: cells that differ from one step to the next, at 120 x 40.
  @Test func refreshesChangeFewCells() {
    var state = SampleRun.state(steps: 1000)
    let changes = changedCells(in: &state)
    #expect(changes[20] < 40, "median of changed cells: \(changes[20])")
    #expect((changes.last ?? 0) < 200, "most changed cells: \(changes.last ?? 0)")
  }

  @Test func repeatedRenderingIsTheSame() {
    let state = SampleRun.state(steps: 300)
    let first = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
    #expect(first == renderWorkbench(state, width: 120, height: 40, glyphs: .braille))
  }

  @Test func damagedPreviewsAreSaidToBe() {
    var state = SampleRun.state(steps: 3)
    var preview = SampleRun.preview
    preview.rgb = Data([1, 2, 3])
    state.receive(.preview(preview))
    #expect(text(state).contains("picture cannot be shown"))
    preview = SampleRun.preview
    preview.mask = []
    state.receive(.preview(preview))
    #expect(text(state).contains("picture cannot be shown"))
    preview = SampleRun.preview
    preview.cosine = []
    state.receive(.preview(preview))
    #expect(!text(state).contains("picture cannot be shown"))
  }

  @Test func skippedPicturesAreCounted() {
    var state = SampleRun.state(steps: 3)
    #expect(!text(state).contains("skipped"))
    var metrics = SampleRun.step(4)
    metrics.skippedPictures = 1
    state.receive(.step(metrics))
    #expect(text(state).contains("1 picture skipped"))
    metrics.step = 5
    metrics.skippedPictures = 12
    state.receive(.step(metrics))
    #expect(text(state).contains("12 pictures skipped"))
  }

  @Test func numbersThatAreNotFiniteAreShownAsWords() {
    var state = SampleRun.state(steps: 3)
    var metrics = SampleRun.step(4, loss: .nan)
    metrics.values[.gradientNorm] = .infinity
    metrics.values[.imagesPerSecond] = .nan
    metrics.values[.stepSeconds] = .infinity
    metrics.values[.dataSeconds] = .nan
    state.receive(.step(metrics))
    let screen = text(state)
    #expect(screen.contains("nan"))
    #expect(screen.contains("inf"))
  }

  @Test func stateIsAWordAndNeverColourAlone() {
    var state = SampleRun.state(steps: 3)
    var words: [String] = [header(state)]
    for change in [RunState.paused, .stopping] {
      state.receive(.state(RunStateChange(state: change, step: 3)))
      words.append(header(state))
    }
    state.receive(.finished(RunSummary(outcome: .stopped, step: 3, seconds: 1)))
    words.append(header(state))
    for (line, word) in zip(words, ["RUNNING", "PAUSED", "STOPPING", "STOPPED"]) {
      #expect(line.contains(word))
    }
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot()
  }

  private func header(_ state: WorkbenchState) -> String {
    String(text(state).split(separator: "\n")[0])
  }
}
