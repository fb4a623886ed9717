import Canvas
import RunEvents
import Testing
import Workbench

@Suite struct PaletteTests {
  private func typed(_ text: String, in state: inout WorkbenchState) {
    state.press(.character(":"))
    for character in text { state.press(.character(character)) }
  }

  private func screen(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot()
  }

  @Test func everythingThatAKeyCanDoIsFoundByItsHelp() {
    for binding in KeyTable.bindings {
      switch binding.scope {
      case .global: guard binding.command != .openPalette, binding.command != .back else { continue }
      // Of the help, and scrolling: for what is seen.
      case .view(.help): continue
      case .view: guard !binding.help.hasPrefix("scroll"), !binding.help.hasPrefix("go to the") else { continue }
      default: continue
      }
      var state = SampleRun.state(steps: 3)
      typed(String(binding.help.prefix(24)), in: &state)
      #expect(!screen(state).contains("nothing that can be done"), "\(binding.help)")
    }
  }

  @Test func enterDoesTheMarkedLine() {
    var state = SampleRun.state(steps: 3)
    typed("checkpoint", in: &state)
    #expect(state.press(.enter) == [.send(.checkpoint)])
    #expect(state.screen.dialog == nil)
    typed("guidance clip", in: &state)
    #expect(state.press(.enter) == [.send(.switchGuidance(name: "clip"))])
    typed("theme light", in: &state)
    #expect(state.press(.enter) == [.setTheme("light")])
    #expect(state.theme == "light")
  }

  /// A mixture is the one that was typed, not one that has its name in it.
  @Test func anyTwoGuidancesMixAndAllDo() {
    var description = SampleRun.description
    description.guidances.append(
      GuidanceDescription(
        name: "pixels", teacher: ModelDescription(summary: "pixels", parameters: 0), featureWidth: 192))
    var state = WorkbenchState()
    state.receive(.started(description))
    for mixture in ["clip+dino", "clip+pixels", "dino+pixels", "clip+dino+pixels"] {
      typed("guidance \(mixture)", in: &state)
      #expect(state.press(.enter) == [.send(.switchGuidance(name: mixture))])
    }
  }

  @Test func whatAKeyOfAnotherViewDoesLeadsThere() {
    var state = SampleRun.state(steps: 3)
    typed("lines that hold", in: &state)
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.view == .log && state.screen.dialog == .search)
  }

  @Test func numbersGoWithNames() {
    var state = SampleRun.state(steps: 3)
    typed("refresh 12", in: &state)
    #expect(state.press(.enter) == [.setRefresh(hz: 12)])
    typed("picture 5", in: &state)
    #expect(state.press(.enter) == [.send(.showPreview(index: 4))])
    state.receive(.state(RunStateChange(state: .paused, step: 3)))
    typed("steps 25", in: &state)
    #expect(state.press(.enter) == [.send(.advance(count: 25))])
    // Beyond what there is, the nearest that there is.
    typed("refresh 99999999999999999999", in: &state)
    #expect(state.press(.enter).isEmpty)
    state.press(.escape)
    typed("refresh 99", in: &state)
    #expect(state.press(.enter) == [.setRefresh(hz: 30)])
    typed("columns 3", in: &state)
    #expect(state.press(.enter).isEmpty)
    typed("rows 12", in: &state)
    #expect(state.press(.enter).isEmpty)
    #expect(state.curves.choices.columns == 3 && state.curves.choices.rows == 9)
  }

  @Test func tabCompletesAndANameThatWantsANumberWaitsForIt() {
    var state = SampleRun.state(steps: 3)
    typed("refr", in: &state)
    #expect(state.press(.tab).isEmpty)
    #expect(screen(state).contains(":refresh"))
    var waiting = SampleRun.state(steps: 3)
    typed("N: train", in: &waiting)
    #expect(waiting.press(.enter).isEmpty)
    #expect(screen(waiting).contains(":steps _"))
    waiting.press(.character("7"))
    #expect(screen(waiting).contains("train 7") || screen(waiting).contains("steps 7"))
  }

  @Test func namesAreFoundByTheirLettersTheNearestFirst() {
    var state = SampleRun.state(steps: 3)
    state.show(.runs)
    typed("ovrl", in: &state)
    let first = screen(state).split(separator: "\n").first { $0.contains("> ") } ?? ""
    #expect(first.contains("overlay"), "\(screen(state))")
    var other = SampleRun.state(steps: 3)
    typed("chkp", in: &other)
    #expect(other.press(.enter) == [.send(.checkpoint)])
    // What holds the text itself comes before what holds its letters.
    typed("them", in: &other)
    #expect(screen(other).split(separator: "\n").first { $0.contains("> ") }?.contains("theme") == true)
    other.press(.control("u"))
    for character in "qzx" { other.press(.character(character)) }
    #expect(screen(other).contains("nothing that can be done matches this"))
  }

  @Test func valuesOfTheSessionAreReached() {
    var state = SampleRun.state(steps: 3)
    var description = SampleRun.description
    description.configuration = [
      ConfigurationValue(key: "mask.kind", value: "blockwise"),
      ConfigurationValue(
        key: "optimizer.learning_rate_scale", value: "1",
        edit: LiveEdit(kind: .number, allowed: "a number above 0", choices: ["0.5", "1", "2"])),
    ]
    state.receive(.started(description))
    typed("lrs", in: &state)
    #expect(screen(state).contains("optimizer.learning_rate_scale"))
    #expect(state.press(.enter).isEmpty && state.screen.view == .config)
    #expect(screen(state).contains("a number above 0") && state.screen.dialog != nil)
    state.press(.escape)
    typed("mask.kind", in: &state)
    #expect(state.press(.enter).isEmpty && state.screen.dialog == nil)
    #expect(screen(state).contains("mask.kind is fixed once a run has begun"))
  }

  @Test func whatCannotBeDoneNowSaysWhy() {
    var state = SampleRun.state(steps: 3)
    typed("one step while paused", in: &state)
    #expect(screen(state).contains("not now"))
  }

  @Test func escapeControlCharactersAndErasing() {
    var state = SampleRun.state(steps: 3)
    typed("a\u{202E}\u{7}b", in: &state)
    #expect(screen(state).contains(":ab_"))
    state.press(.backspace)
    #expect(screen(state).contains(":a_"))
    state.press(.control("u"))
    #expect(screen(state).contains(":_"))
    state.press(.backspace, .escape)
    #expect(state.screen.dialog == nil)
  }

  @Test func aMarkedLineSurvivesATinyScreen() {
    var state = SampleRun.state(steps: 3)
    typed("", in: &state)
    for _ in 0..<200 { state.press(.down) }
    for (width, height) in [(1, 1), (20, 6), (60, 16), (80, 24), (200, 60)] {
      for glyphs in [GlyphLevel.braille, .ascii] {
        #expect(renderWorkbench(state, width: width, height: height, glyphs: glyphs).width == width)
      }
    }
  }
}
