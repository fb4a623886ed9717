import Foundation
import Terminal
import Testing
import Workbench

@Suite struct StartingLookTests {
  private let library = ThemeLibrary(folders: [ThemeTests.folder])

  private func look(
    asked: String? = nil, remembered: String = "auto", environment: [String: String] = [:], script: Script? = nil
  ) throws -> StartingLook {
    var options = TerminalOptions()
    options.theme = asked
    options.environment = environment
    options.script = script
    var preferences = WorkbenchPreferences()
    preferences.theme = remembered
    return try StartingLook(options, remembered: preferences, library: library)
  }

  @Test func whatIsAskedForGoesBeforeWhatIsRemembered() throws {
    let cases = [
      (nil, "auto", "auto", "default"), (nil, "colour-blind", "colour-blind", "colour-blind"),
      ("mono", "colour-blind", "mono", "mono"), ("auto", "colour-blind", "auto", "default"),
      ("default", "light", "default", "default"),
    ]
    for (asked, remembered, name, theme) in cases {
      let look = try look(asked: asked, remembered: remembered)
      #expect(look.name == name && look.theme.name == theme && look.remark == nil)
    }
    #expect(throws: ThemeError.self) { try self.look(asked: "pink") }
  }

  @Test func aRememberedThemeThatIsGoneIsToldOfInOneLine() throws {
    for gone in ["pink", "/nowhere/pink.yaml", "", "../pink", "a\u{0}b"] {
      let look = try look(remembered: gone, environment: ["COLORFGBG": "0;15"])
      #expect(look.name == "auto" && look.theme.name == "light")
      #expect(look.remark?.contains("chosen before") == true && look.remark?.contains("\n") == false)
    }
  }

  @Test func theEnvironmentMayKnowTheBackground() throws {
    for (value, theme) in [
      ("0;15", "light"), ("15;0", "default"), ("0;7", "light"), ("12;8", "default"), ("0;default;15", "light"),
      ("15;default", "default"), ("", "default"), (";", "default"), ("0;16", "default"), ("0;-7", "default"),
    ] {
      #expect(try look(environment: ["COLORFGBG": value]).theme.name == theme, "\(value)")
      #expect(try look(remembered: "colour-blind", environment: ["COLORFGBG": value]).theme.name == "colour-blind")
    }
    let script = try Script(text: "type p", file: "x")
    #expect(try look(environment: ["COLORFGBG": "0;15"], script: script).theme.name == "default")
  }

  @Test func theRefreshRateIsRememberedToo() throws {
    var options = TerminalOptions()
    var remembered = WorkbenchPreferences()
    #expect(try StartingLook(options, remembered: remembered, library: library).refreshHz == 5)
    remembered.refreshHz = 15
    #expect(try StartingLook(options, remembered: remembered, library: library).refreshHz == 15)
    options.refreshHz = 2
    #expect(try StartingLook(options, remembered: remembered, library: library).refreshHz == 2)
  }
}
