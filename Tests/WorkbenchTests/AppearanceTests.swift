import Foundation
import Testing
import Workbench

@Suite struct AppearanceTests {
  private var options: WorkbenchOptions {
    WorkbenchOptions(themes: ["auto", "default", "light", "mono"], theme: "auto")
  }

  @Test func whatIsChosenInTheWorkbenchIsRemembered() {
    var state = WorkbenchState(options: options)
    #expect(state.preferences == WorkbenchPreferences())
    #expect(state.press(.character("t")) == [.setTheme("default")])
    #expect(state.preferences.theme == "default")
    #expect(state.press(.character("t"), .character("t"), .character("t")).last == .setTheme("auto"))
    #expect(state.preferences.theme == "auto" && state.screen.notice?.text == "theme auto, by the background")
    state.press(.character("+"))
    #expect(state.preferences.refreshHz == 8)
    for key in ":theme mono" { state.press(.character(key)) }
    state.press(.enter)
    #expect(state.theme == "mono" && state.preferences.theme == "mono")
    for key in ":refresh 12" { state.press(.character(key)) }
    state.press(.enter)
    #expect(state.preferences.refreshHz == 12)
  }

  /// The picker shows themes before one is kept: a program that ends meanwhile keeps none.
  @Test func whatIsOnlyTriedIsNot() {
    var state = WorkbenchState(options: options)
    state.press(.character("T"), .down)
    #expect(state.theme == "default" && state.preferences.theme == nil)
    state.press(.down, .enter)
    #expect(state.theme == "light" && state.preferences.theme == "light")
    state.press(.character("T"), .down)
    #expect(state.theme == "mono" && state.preferences.theme == "light")
    #expect(state.press(.escape) == [.setTheme("light")])
    #expect(state.preferences.theme == "light")
  }

  /// A theme that cannot be used is passed over, said, and offered no more; whatever leads to it.
  @Test func aThemeThatCannotBeReadIsPassedOver() {
    func refuse(_ name: String, in state: inout WorkbenchState) -> [WorkbenchEffect] {
      reduce(into: &state, action: .themeRefused(name, reason: "black on black"))
    }
    let options = WorkbenchOptions(themes: ["auto", "black", "light"], theme: "auto")
    var state = WorkbenchState(options: options)
    #expect(state.press(.character("t")) == [.setTheme("black")])
    #expect(refuse("black", in: &state) == [.setTheme("light")])
    #expect(state.theme == "light" && state.preferences.theme == "light")
    #expect(state.screen.notice?.text == "theme black is passed over: the log (8) says why")
    #expect(state.log.lines.last?.text == "black on black" && state.options.themes == ["auto", "light"])
    var picking = WorkbenchState(options: options)
    picking.press(.character("T"), .down)
    #expect(refuse("black", in: &picking) == [.setTheme("light")] && picking.theme == "light")
    picking.press(.enter)
    #expect(picking.preferences.theme == "light")
    var named = WorkbenchState(options: options)
    named.press(.character(":"))
    for character in "theme black" { named.press(.character(character)) }
    #expect(named.press(.enter) == [.setTheme("black")])
    #expect(refuse("black", in: &named) == [.setTheme("auto")])
    #expect(named.theme == "auto" && named.preferences.theme == nil)
    #expect(named.screen.notice?.text == "black on black", "who named it is told why at once")
  }

  /// Colour alone does not tell which pane has the keys.
  @Test func thePaneWithTheKeysHasASign() {
    for view in [WorkbenchView.curves, .mask] {
      var state = SampleRun.state(steps: 30)
      state.receive(.preview(SampleRun.preview))
      state.show(view)
      let before = renderWorkbench(state, width: 120, height: 40, glyphs: .ascii).textSnapshot()
      state.press(.right)
      let after = renderWorkbench(state, width: 120, height: 40, glyphs: .ascii).textSnapshot()
      #expect(before.contains("+ > "), "\(view): \(before)")
      if view == .mask { #expect(after.contains("+ > ") && before != after, "\(view): \(after)") }
    }
  }

  @Test func whatTheCommandLineAskedForIsNotRemembered() {
    var state = WorkbenchState(
      options: WorkbenchOptions(themes: ["auto", "light", "mono"], theme: "mono", refreshHz: 2))
    var remembered = WorkbenchPreferences()
    remembered.theme = "light"
    remembered.refreshHz = 20
    state.preferences = remembered
    #expect(state.theme == "mono" && state.appearance.refreshHz == 2)
    #expect(state.preferences == remembered)
    state.press(.character("+"))
    #expect(state.appearance.refreshHz == 3 && state.preferences.refreshHz == 3 && state.preferences.theme == "light")
  }

  @Test func aFileMayHoldAnything() {
    for (text, theme, hz): (String, String?, Int?) in [
      (#"{"theme": "light", "refreshHz": 8}"#, "light", 8), (#"{"theme": 7, "refreshHz": "fast"}"#, nil, nil),
      (#"{"refreshHz": 0}"#, nil, 1), (#"{"refreshHz": 999}"#, nil, 30), ("{}", nil, nil),
    ] {
      let preferences = WorkbenchPreferences(Data(text.utf8))
      #expect(preferences?.theme == theme && preferences?.refreshHz == hz, "\(text)")
    }
  }

  @Test func theTerminalMayTellLateWhatItShows() {
    var state = WorkbenchState(options: options)
    #expect(!state.options.canShowPixels)
    #expect(reduce(into: &state, action: .canShow(pictureColors: true, pixels: true)).isEmpty)
    #expect(state.options.canShowPixels && state.options.showsPictureColors)
  }
}
