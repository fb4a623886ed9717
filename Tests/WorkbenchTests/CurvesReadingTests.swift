import Canvas
import Histories
import Plotting
import RunEvents
import Testing
import Workbench

/// What a person reads off the curves: letters, labels, weights, the machine's strip.
@Suite struct CurvesReadingTests {
  private func lines(_ state: WorkbenchState, _ width: Int, _ height: Int) -> [String] {
    var state = state
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    return renderWorkbench(state, width: width, height: height, glyphs: .braille).textSnapshot()
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func everyRunKeepsItsLetterInNarrowPanes() throws {
    var state = CurvesTests.watched()
    for name in ["b", "c", "d", "e"] {
      // Runs that end in one cell hide nobody's letter.
      let history = CurvesTests.other(name, steps: 1284, shift: 0)
      state.answer(history, .run(history.reference))
    }
    let lines = lines(state, 80, 24)
    let frame = try #require(lines.first { $0.hasPrefix("└") })
    for letter in "ABCDE" { #expect(frame.prefix(40).contains(" \(letter) "), "\(letter) in \(frame)") }
    let plot = lines[2...].prefix { !$0.hasPrefix("└") }.map { $0.prefix(40) }.joined()
    for letter in "ABCDE" { #expect(plot.contains(letter), "\(letter) in the plot:\n\(lines.joined(separator: "\n"))") }
  }

  @Test func theWeightFollowsTheStepsShown() {
    var state = SampleRun.state(steps: 100)
    func weight(_ state: WorkbenchState) -> String {
      lines(state, 120, 40).joined().firstMatch(of: /smooth (\S+)/).map { String($0.1) } ?? ""
    }
    let early = weight(state)
    for index in 101...1284 { state.receive(.step(SampleRun.step(index))) }
    #expect(!early.isEmpty && early < weight(state), "\(early), then \(weight(state))")
    state.press(.character("s"))
    #expect(state.screen.smoothing == .off && weight(state).isEmpty)
    state.press(.character("s"), .character("s"))
    #expect(weight(state) == ".98")
    state.press(.character("s"), .character("s"))
    #expect(state.screen.smoothing == .automatic)
  }

  @Test func theMachineHasAStripAndItsPanesAreAKeyAway() throws {
    var state = CurvesTests.watched(steps: 400)
    for index in 1...20 {
      var sample = ProbeTests.sample
      sample.step = index * 20
      sample.time = 1_700_000_000 + Double(index)
      state.receive(.system(sample))
    }
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let lines = lines(state, width, height)
      #expect(lines.filter { $0.contains("─ machine") || $0.contains("┌ machine") }.count == 1)
      #expect(lines.contains { $0.contains("img/s") } && !lines.contains { $0.contains("┌ img/s") })
      #expect(lines.contains { $0.contains("┌ > loss") })
    }
    // Past the last pane, the keys go through the strip; enter gives a line of it the view.
    state.press(.character("k"))
    let strip = lines(state, 120, 40)
    #expect(strip.contains { $0.contains(">") && $0.contains("network") || $0.contains(">disk") }, "\(strip)")
    state.press(.enter)
    #expect(lines(state, 120, 40).filter { $0.contains("┌") }.count == 1)
    state.press(.enter, .character("/"), .character("s"), .character("y"), .character("s"), .character("t"), .enter)
    #expect(lines(state, 200, 60).contains { $0.contains("┌ cpu") }, "alone, they have panes")
  }

  /// One unit in title and axis.
  @Test func titlesCountAsTheirAxesDo() throws {
    var state = CurvesTests.watched(steps: 400)
    state.receive(.evalResult(EvalResult(id: 9, kind: "knn", step: 300, score: 0.534, seconds: 1, guidance: "clip")))
    state.receive(.evalResult(EvalResult(id: 10, kind: "knn", step: 400, score: 0.56, seconds: 1, guidance: "clip")))
    state.press(.character("/"), .character("k"), .character("n"), .character("n"), .enter)
    let lines = lines(state, 80, 24)
    #expect(lines.contains { $0.contains("56.0%") } && lines.contains { $0.contains("%┤") })
    #expect(!lines.contains { $0.contains("of 1") })
  }
}
