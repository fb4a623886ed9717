import Foundation
import Terminal
import Testing
import Workbench

@Suite struct StartingLookTests {
  private let library = ThemeLibrary(folders: [ThemeTests.folder])

  /// - Parameter remembered: What `workbench.json` holds, and `monitor.json`.
  private func look(
    remembered: [String: WorkbenchPreferences] = [:], environment: [String: String] = [:],
    change: (inout TerminalOptions) -> Void = { _ in }
  ) throws -> StartingLook {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-look-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = TerminalOptions()
    options.environment = environment
    options.environment["XDG_CONFIG_HOME"] = folder.path
    for (name, preferences) in remembered {
      #expect(PreferencesFile(environment: options.environment, name: name).save(preferences) == nil)
    }
    change(&options)
    return try StartingLook(options, library: library)
  }

  private func look(
    asked: String? = nil, remembered: String?, environment: [String: String] = [:], script: Script? = nil
  ) throws -> StartingLook {
    try look(remembered: [PreferencesFile.workbench: chosen(remembered)], environment: environment) {
      $0.theme = asked
      $0.script = script
    }
  }

  private func chosen(_ theme: String?, _ hz: Int? = nil) -> WorkbenchPreferences {
    var preferences = WorkbenchPreferences()
    (preferences.theme, preferences.refreshHz) = (theme, hz)
    return preferences
  }

  @Test func whatIsAskedForGoesBeforeWhatIsRemembered() throws {
    let cases = [
      (nil, "auto", "auto", "default"), (nil, nil, "auto", "default"),
      (nil, "colour-blind", "colour-blind", "colour-blind"),
      ("mono", "colour-blind", "mono", "mono"), ("auto", "colour-blind", "auto", "default"),
      ("default", "light", "default", "default"),
    ]
    for (asked, remembered, name, theme) in cases {
      let look = try look(asked: asked, remembered: remembered)
      #expect(look.name == name && look.theme.name == theme && look.remark == nil)
    }
    #expect(throws: ThemeError.self) { try self.look(asked: "pink", remembered: nil) }
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
      #expect(try look(remembered: nil, environment: ["COLORFGBG": value]).theme.name == theme, "\(value)")
      #expect(try look(remembered: "colour-blind", environment: ["COLORFGBG": value]).theme.name == "colour-blind")
    }
    let script = try Script(text: "type p", file: "x")
    #expect(try look(remembered: "colour-blind", environment: ["COLORFGBG": "0;15"], script: script).name == "auto")
    #expect(try look(remembered: nil, environment: ["COLORFGBG": "0;15"], script: script).theme.name == "default")
  }

  @Test func theRefreshRateIsRememberedToo() throws {
    #expect(try look().refreshHz == 5)
    let remembered = [PreferencesFile.workbench: chosen(nil, 15)]
    #expect(try look(remembered: remembered).refreshHz == 15)
    #expect(try look(remembered: remembered) { $0.refreshHz = 2 }.refreshHz == 2)
  }

  @Test func theMonitorOfAMachineLooksLikeTheWorkbenchUnlessSomethingElseWasChosenOnIt() throws {
    var remembered = [PreferencesFile.workbench: chosen("colour-blind", 15)]
    #expect(try look(remembered: remembered) { $0.machine = "here" }.name == "colour-blind")
    remembered[PreferencesFile.monitor] = chosen("mono")
    let look = try look(remembered: remembered) { $0.machine = "here" }
    #expect(look.name == "mono" && look.refreshHz == 15)
    #expect(try self.look(remembered: remembered).name == "colour-blind")
  }
}
