import Canvas
import Measures
import Plotting
import RunEvents
import Testing
import Workbench

extension WorkbenchState {
  /// Uses the mouse in a cell.
  @discardableResult
  fileprivate mutating func point(_ kind: PointerEvent.Kind, _ x: Int, _ y: Int) -> [WorkbenchEffect] {
    reduce(into: &self, action: .pointer(PointerEvent(kind, x: x, y: y)))
  }

  /// Presses and lets go of the left button.
  @discardableResult
  fileprivate mutating func click(_ x: Int, _ y: Int, times: Int = 1) -> [WorkbenchEffect] {
    (0..<times).flatMap { _ in point(.press(.left), x, y) + point(.release, x, y) }
  }

  /// The same on the first place where a text stands on the screen.
  @discardableResult
  fileprivate mutating func click(on text: String, times: Int = 1, _ location: SourceLocation = #_sourceLocation)
    -> [WorkbenchEffect]
  {
    guard let place = place(of: text) else {
      Issue.record("\(text) is not on the screen", sourceLocation: location)
      return []
    }
    return click(place.x, place.y, times: times)
  }

  fileprivate func place(of text: String) -> (x: Int, y: Int)? {
    let canvas = renderWorkbench(self, width: screen.width, height: screen.height, glyphs: .braille)
    for y in 0..<screen.height {
      let row = canvas.row(y).map { $0.text.isEmpty ? " " : $0.text }
      if let range = row.joined().range(of: text) {
        return (row.joined().distance(from: row.joined().startIndex, to: range.lowerBound), y)
      }
    }
    return nil
  }

  fileprivate var screenText: String {
    renderWorkbench(self, width: screen.width, height: screen.height, glyphs: .braille).textSnapshot()
  }
}

/// The mouse by sequences of what it did.
@Suite struct PointerTests {
  private func state(_ view: WorkbenchView, width: Int = 120, height: Int = 40) -> WorkbenchState {
    var state = view == .curves ? CurvesTests.watched() : ListViewTests.state(view)
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    state.press(.character("M"))
    return state
  }

  @Test func itIsOffUntilItIsAskedFor() {
    var state = state(.curves)
    #expect(state.preferences.usesMouse)
    #expect(state.press(.character("M")) == [.setMouse(false)])
    #expect(!state.preferences.usesMouse && !WorkbenchPreferences().usesMouse)
    let before = state.curves
    state.point(.wheelUp, 20, 5)
    state.click(on: "p pause")
    #expect(state.curves == before && state.watched.pending.isEmpty, "reports that were on their way")
    #expect(state.press(.character("M")) == [.setMouse(true)])
  }

  /// The newest step, 1284, is left of the end of the axis, 1500.
  @Test func theWheelZoomsWhereThePointerIs() throws {
    var state = state(.curves)
    let place = 0.5
    let there = state.horizontal.value(place)
    // The plot of the first pane: a frame, six columns of labels and the axis at its left, a frame at its right.
    let (left, right) = (8, 39)
    let x = left + Int(place * Double(right - left))
    state.point(.wheelUp, x, 5)
    guard case .fixed(let range) = state.curves.window else {
      Issue.record("\(state.curves.window)")
      return
    }
    #expect(abs((range.upperBound - range.lowerBound) - 750) < 1)
    let now = try #require(state.horizontal.fraction(there))
    #expect(abs(now - place) < 0.05, "what is under the pointer stays")
    state.point(.wheelDown, x, 5)
    #expect(state.curves.window == .all)
    state.point(.wheelUp, right - 1, 5)
    #expect(state.curves.window == .tail(750), "behind the newest step it follows the run")
  }

  @Test func dragsReadOutInEveryPane() throws {
    var state = state(.curves)
    state.click(20, 5)
    #expect(state.curves.cursor == nil, "a click alone chooses")
    _ = reduce(into: &state, action: .tick(1))
    state.point(.press(.left), 20, 5)
    state.point(.drag(.left), 23, 6)
    let cursor = try #require(state.curves.cursor)
    #expect(abs(cursor - state.horizontal.value(15.5 / 31)) < 1, "\(cursor)")
    state.point(.drag(.left), 200, 6)
    #expect(state.curves.cursor == state.horizontal.value(1), "beyond the plot it stays at its end")
    state.point(.release, 200, 6)
    state.point(.drag(.left), 23, 6)
    #expect(state.curves.cursor == state.horizontal.value(1))
    state.press(.escape)
    state.point(.press(.right), 60, 5)
    #expect(state.curves.cursor != nil && state.curves.focus == .metric(.cosineMasked))
    #expect(state.screenText.contains("step"))
  }

  @Test func clicksChooseAndEnlargePanes() throws {
    var state = state(.curves)
    state.click(60, 5)
    #expect(state.curves.focus == .metric(.cosineMasked) && !state.curves.isMaximised)
    state.click(60, 5)
    #expect(state.curves.isMaximised, "twice")
    state.click(60, 5, times: 2)
    #expect(!state.curves.isMaximised)
    for title in ["grad norm", "loss"] {
      let place = try #require(state.place(of: title))
      state.click(place.x, place.y, times: 2)
      #expect(state.curves.isMaximised, "the second press of a double click does not undo the first")
      _ = reduce(into: &state, action: .tick(state.screen.now + 1))
      state.click(on: title)
      #expect(!state.curves.isMaximised)
      _ = reduce(into: &state, action: .tick(state.screen.now + 1))
    }
  }

  @Test func whatIsSlowIsNoDoubleClick() {
    var state = state(.curves)
    state.click(60, 5)
    _ = reduce(into: &state, action: .tick(1))
    state.click(60, 5)
    #expect(!state.curves.isMaximised)
    state.click(20, 5)
    #expect(!state.curves.isMaximised, "nor what is elsewhere")
  }

  @Test func theFooterIsPressed() {
    var state = state(.dashboard)
    #expect(state.click(on: "pause") == [.send(.pause)])
    state.show(.log)
    state.click(on: "esc back")
    #expect(state.screen.view == .dashboard)
    state.click(on: "q quit")
    #expect(state.click(on: "cancel, back to the run").isEmpty && state.screen.dialog == nil)
    state.click(on: "q quit")
    #expect(state.click(on: "stop without a checkpoint") == [.send(.stop(checkpoint: false))])
  }

  @Test func nothingBehindADialogIsHit() {
    var state = state(.curves)
    state.press(.character("q"))
    let before = state.curves
    state.click(5, 5, times: 2)
    state.point(.press(.right), 20, 5)
    state.point(.wheelUp, 20, 5)
    #expect(state.curves == before && state.screen.dialog != nil)
    state.press(.escape, .character("/"))
    state.click(60, 5, times: 2)
    #expect(state.curves == before)
  }

  @Test func linesOfListsAreMarkedAndTakenByTwo() {
    var state = state(.runs)
    state.receive(.runs(ListViewTests.catalog))
    state.click(on: "calm-fox")
    #expect(state.runs.selected == "calm-fox")
    state.point(.wheelDown, 10, 10)
    #expect(state.runs.selected == "odd-heron")
    state.press(.character("D"))
    #expect(state.screen.dialog == .deleteRun("odd-heron"))
    state.click(on: "keep it")
    #expect(state.screen.dialog == nil)
    state.press(.character("D"))
    #expect(state.click(on: "delete it") == [.send(.editRun(name: "odd-heron", edit: .delete))])

    state = self.state(.config)
    state.click(on: "learning_rate_scale", times: 2)
    guard case .setting = state.screen.dialog else {
      Issue.record("a double click changes a value")
      return
    }
    state.press(.escape)
    state.click(on: "optimizer", times: 2)
    #expect(state.screen.dialog == nil, "a heading is no value")
  }

  @Test func dialogsOfListsTakeClicks() {
    var state = state(.dashboard)
    state.press(.character(":"))
    state.press(.character("l"), .character("o"), .character("g"))
    state.click(on: "show the log")
    #expect(state.screen.dialog == nil && state.screen.view == .log)
    state.press(.character("T"))
    #expect(state.click(on: "light") == [.setTheme("light")])
    state.click(on: "light")
    #expect(state.screen.dialog == nil && state.theme == "light")
    state.press(.character("e"))
    #expect(state.click(on: "linear probe") == [])
    #expect(state.click(on: "linear probe") == [.send(.evaluate(EvalRequest(kind: "linear")))])
  }

  @Test func theWheelScrollsText() {
    var state = state(.curves)
    state.press(.character("?"))
    let before = state.screenText
    state.point(.wheelDown, 10, 10)
    #expect(state.screenText != before)
    state.point(.wheelUp, 10, 10)
    #expect(state.screenText == before)
    state = self.state(.dashboard)
    let dashboard = state.dashboard
    state.press(.character("j"))
    state.point(.wheelDown, 10, 10)
    #expect(state.dashboard.choices == dashboard.choices, "no border is moved by it")
  }

  @Test func panelsOfTheMaskViewAreChosen() {
    var state = state(.mask)
    let first = state.screenText
    state.click(on: "cosine", times: 1)
    #expect(state.screenText != first)
    #expect(state.place(of: "┌ picture") == nil, "its title enlarges a panel")
    state.press(.enter)
    #expect(state.place(of: "┌ picture") != nil)
  }

  @Test func chartsOfTheMachineTakeTheWheelAndClicks() {
    var state = SystemViewTests.state()
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    state.show(.system)
    state.press(.character("M"))
    state.point(.wheelUp, 10, 30)
    #expect(state.screenText.contains("last 5 minutes"))
    state.click(on: "machine memory")
    #expect(state.system.isEnlarged, "a title gives the charts the view")
  }

  /// No place on any screen traps, and none changes the size of what is drawn.
  @Test func everyCellOfEveryViewTakesEverything() {
    for (width, height) in [(80, 24), (60, 16), (10, 4)] {
      for view in WorkbenchView.allCases {
        var state = state(view, width: width, height: height)
        for y in stride(from: -1, through: height, by: 3) {
          for x in stride(from: -1, through: width, by: 7) {
            state.point(.wheelUp, x, y)
            state.point(.press(.right), x, y)
            state.point(.press(.left), x, y)
            state.point(.drag(.left), width - x, height - y)
            state.point(.press(.middle), x, y)
          }
        }
        let canvas = renderWorkbench(state, width: width, height: height, glyphs: .braille)
        for y in 0..<height { #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == width) }
      }
    }
  }
}
