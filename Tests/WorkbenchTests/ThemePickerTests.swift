import Canvas
import Testing
import Workbench

@Suite struct ThemePickerTests {
  @Test func aThemeIsShownAsItIsMarkedAndKeptByEnter() {
    var state = SampleRun.state(steps: 3)
    #expect(state.press(.character("T")).isEmpty)
    #expect(state.press(.down) == [.setTheme("light")])
    #expect(state.press(.down) == [.setTheme("mono")])
    #expect(state.press(.enter).isEmpty)
    #expect(state.theme == "mono" && state.screen.dialog == nil)
  }

  @Test func escapeGoesBackToTheThemeBefore() {
    var state = SampleRun.state(steps: 3)
    state.press(.character("T"), .up)
    #expect(state.theme == "mono")
    #expect(state.press(.escape) == [.setTheme("default")])
    #expect(state.screen.dialog == nil)
    state.press(.character("T"))
    #expect(state.press(.escape).isEmpty)
  }

  @Test func everyThemeIsListed() {
    var state = SampleRun.state(
      steps: 3, options: WorkbenchOptions(themes: (0..<40).map { "theme-\($0)" }, theme: "theme-0"))
    state.press(.character("T"))
    for index in 0..<40 {
      let screen = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
      #expect(screen.contains("> theme-\(index)"))
      state.press(.down)
    }
  }
}
