import Canvas
import Histories
import RunEvents
import Testing
import Workbench

/// The curves as text, at several sizes and glyph levels.
@Suite struct CurvesSnapshotTests {
  private func check(
    _ name: String, _ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40, _ glyphs: GlyphLevel = .braille
  ) {
    var state = state
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    Snapshots.check("curves-\(name)", state, width: width, height: height, glyphs: glyphs)
  }

  @Test func emptyOnePointAndGaps() {
    var empty = WorkbenchState()
    empty.show(.curves)
    check("empty", empty, 80, 24)
    var one = SampleRun.state(steps: 1)
    one.show(.curves)
    check("one-point", one, 80, 24)
    var gaps = SampleRun.state(steps: 300)
    for index in 301...500 {
      gaps.receive(.step(SampleRun.step(index, loss: (330...400).contains(index) ? .nan : nil)))
    }
    gaps.show(.curves)
    gaps.press(.enter)
    check("gaps", gaps, 80, 24)
    check("gaps", gaps, 80, 24, .ascii)
  }

  @Test func severalRuns() {
    var state = CurvesTests.watched()
    for (index, name) in ["keen-yak", "calm-heron", String(repeating: "long-", count: 30)].enumerated() {
      let history = CurvesTests.other(name, steps: 900 + 700 * index, shift: 0.1 * Double(index + 1))
      state.answer(history, .run(history.reference))
    }
    state.press(.left, .left)
    check("runs", state)
    check("runs", state, 80, 24)
    check("runs", state, 80, 24, .ascii)
    check("runs", state, 120, 40, .block)
    state.press(.escape, .character("u"), .character("u"), .enter)
    check("runs-time", state, 80, 24)
    state.press(.character("u"), .character("u"), .character("L"), .character("l"))
    check("runs-log-log", state, 80, 24)
  }

  @Test func aMillionSteps() {
    var state = curvesOfAMillionSteps(odd: 9)
    check("million", state)
    state.press(.character("L"))
    check("million-log-x", state)
  }

  @Test func everySizeAndGridIsDrawn() {
    var state = CurvesTests.watched(steps: 700)
    let other = CurvesTests.other("keen-yak", steps: 900)
    state.answer(other, .run(other.reference))
    state.press(.left)
    expectEverySizeAndGrid(of: state)
  }
}
