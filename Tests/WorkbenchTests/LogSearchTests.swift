import Canvas
import RunEvents
import Testing
import Workbench

@Suite struct LogSearchTests {
  private var state: WorkbenchState {
    var state = SampleRun.state(steps: 3)
    for index in 0..<50 {
      state.receive(
        .message(RunMessage(level: index % 10 == 0 ? .warning : .info, step: index, text: "Picture \(index) was seen")))
    }
    state.show(.log)
    return state
  }

  private func screen(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
  }

  private func search(_ text: String, in state: inout WorkbenchState) {
    state.press(.character("/"))
    for character in text { state.press(.character(character)) }
  }

  @Test func onlyLinesThatHoldTheTextAreShownWhateverItsCase() {
    var state = state
    search("picture 4", in: &state)
    let shown = screen(state)
    #expect(shown.contains("Picture 44 was seen") && shown.contains("Picture 4 was seen"))
    #expect(!shown.contains("Picture 33") && shown.contains("11 of 51 lines"))
    state.press(.enter)
    #expect(state.screen.dialog == nil && screen(state).contains("/picture 4"))
    state.press(.escape)
    #expect(screen(state).contains("Picture 33") && state.screen.view == .log)
  }

  @Test func theLevelIsSearchedTooAndTheMatchIsMarked() {
    var state = state
    search("warning", in: &state)
    #expect(screen(state).contains("5 of 51 lines"))
    state.press(.escape)
    search("was", in: &state)
    let canvas = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii)
    let marked = canvas.cells.filter { $0.style == Style(.selection, .bold) }.map(\.text).joined()
    #expect(marked.hasPrefix("waswaswas"))
  }

  @Test func nothingFoundSaysSoAndScrollingStaysInTheLinesFound() {
    var state = state
    search("no such thing", in: &state)
    #expect(screen(state).contains("no line holds this"))
    state.press(.escape)
    search("warning", in: &state)
    for _ in 0..<100 { state.press(.up) }
    #expect(screen(state).contains("Picture 0 was seen"))
  }
}
