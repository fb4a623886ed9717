import Canvas
import Histories
import Plotting
import RunEvents
import Testing
import Workbench

/// The bars of the curves, by keys and as text.
@Suite struct BarsTests {
  private static func severalRuns() -> WorkbenchState {
    var state = CurvesTests.watched()
    for (index, name) in ["calm-heron", "keen-yak", String(repeating: "long-", count: 30)].enumerated() {
      let history = CurvesTests.other(name, steps: 1600 + 700 * index, shift: 0.1 * Double(index + 1))
      state.answer(history, .run(history.reference))
    }
    var broken = MetricHistory()
    for index in 1...200 { broken.append(SampleRun.step(index, loss: .nan)) }
    let reference = RunReference(session: "demo", run: "odd-crane")
    state.answer(
      RunHistory(reference: reference, state: .failed, totalSteps: 200, metrics: broken, guidance: "dino"),
      .run(reference))
    state.press(.character("H"), .character("H"))
    return state
  }

  private func check(
    _ name: String, _ state: WorkbenchState, _ width: Int, _ height: Int, _ glyphs: GlyphLevel = .braille
  ) {
    var state = state
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    Snapshots.check("bars-\(name)", state, width: width, height: height, glyphs: glyphs)
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
  }

  @Test func theKeyGoesThroughAllThreeAndIsRemembered() {
    var state = CurvesTests.watched(steps: 400)
    var seen: [CurvesChoices.Drawing] = []
    for _ in 0..<3 {
      state.press(.character("H"))
      seen.append(state.curves.choices.drawing)
      #expect(WorkbenchPreferences(state.preferences.data) == state.preferences)
    }
    #expect(seen == [.heatMap, .bars, .curves])
  }

  @Test func barsAtAllLevels() {
    var state = Self.severalRuns()
    check("runs", state, 120, 40)
    check("runs", state, 80, 24)
    check("runs", state, 80, 24, .ascii)
    check("runs", state, 60, 16, .block)
    state.press(.enter)
    check("runs-one", state, 80, 24)
    check("runs-one", state, 80, 24, .ascii)
    state.press(.character("l"))
    check("runs-one-log", state, 80, 24)
  }

  @Test func onePointNoneAndScores() {
    var empty = WorkbenchState()
    empty.show(.curves)
    empty.press(.character("H"), .character("H"))
    check("empty", empty, 80, 24)
    var one = SampleRun.state(steps: 1)
    one.show(.curves)
    one.press(.character("H"), .character("H"), .enter)
    check("one-point", one, 80, 24)
    var scores = Self.severalRuns()
    scores.press(.character("k"), .enter)
    check("scores", scores, 80, 24)
  }

  @Test func aRunWithoutNumbersIsToldInWordsAndTheBestIsMarked() {
    var state = Self.severalRuns()
    state.press(.enter)
    let lines = text(state).split(separator: "\n")
    #expect(lines.contains { $0.contains("E odd-crane") && $0.contains("no number") })
    #expect(lines.contains { $0.contains("bars, * best") })
    let starred = lines.filter { $0.wholeMatch(of: /.*[0-9]\*.*/) != nil }
    #expect(starred.count == 1 && starred[0].contains("A brisk-otter"), "\(starred)")
  }

  /// The bars are those at the cursor.
  @Test func theCursorChoosesTheStep() throws {
    var state = Self.severalRuns()
    state.press(.enter)
    let newest = text(state)
    state.press(.left)
    for _ in 0..<30 { state.press(.left) }
    let earlier = text(state)
    func value(_ text: String) throws -> Double {
      let line = try #require(text.split(separator: "\n").first { $0.contains("A brisk-otter") })
      return try #require(line.firstMatch(of: /-0\.[0-9]+/).flatMap { Double($0.0) })
    }
    #expect(try value(newest) < value(earlier))
    #expect(earlier.contains("step"))
  }

  @Test func everySizeAndGridIsDrawn() {
    var state = Self.severalRuns()
    state.press(.left)
    expectEverySizeAndGrid(of: state)
  }

  @Test func refreshesChangeFewCells() {
    var state = SampleRun.state(steps: 1000)
    state.show(.curves)
    state.press(.character("H"), .character("H"))
    let changes = changedCells(in: &state)
    #expect(changes[20] < 120, "median of changed cells: \(changes[20])")
  }
}
