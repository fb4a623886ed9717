import Foundation
import Terminal
import Testing
import Workbench

@Suite struct StartingAppearanceTests {
  private let library = ThemeLibrary(folders: [ThemeTests.folder])

  /// - Parameter remembered: What `workbench.json` holds, and `monitor.json`.
  private func appearance(
    remembered: [String: WorkbenchPreferences] = [:], environment: [String: String] = [:],
    change: (inout TerminalOptions) -> Void = { _ in }
  ) throws -> StartingAppearance {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-appearance-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = TerminalOptions()
    options.environment = environment
    options.environment["XDG_CONFIG_HOME"] = folder.path
    for (name, preferences) in remembered {
      #expect(PreferencesFile(environment: options.environment, name: name).save(preferences) == nil)
    }
    change(&options)
    return try StartingAppearance(options, library: library)
  }

  private func appearance(
    asked: String? = nil, remembered: String?, environment: [String: String] = [:], script: Script? = nil
  ) throws -> StartingAppearance {
    try appearance(remembered: [PreferencesFile.workbench: chosen(remembered)], environment: environment) {
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
      let appearance = try appearance(asked: asked, remembered: remembered)
      #expect(appearance.name == name && appearance.theme.name == theme && appearance.remark == nil)
    }
    #expect(throws: ThemeError.self) { try self.appearance(asked: "pink", remembered: nil) }
  }

  @Test func aRememberedThemeThatIsGoneIsToldOfInOneLine() throws {
    for gone in ["pink", "/nowhere/pink.yaml", "", "../pink", "a\u{0}b"] {
      let appearance = try appearance(remembered: gone, environment: ["COLORFGBG": "0;15"])
      #expect(appearance.name == "auto" && appearance.theme.name == "light")
      #expect(appearance.remark?.contains("chosen before") == true && appearance.remark?.contains("\n") == false)
    }
  }

  @Test func theEnvironmentMayKnowTheBackground() throws {
    for (value, theme) in [
      ("0;15", "light"), ("15;0", "default"), ("0;7", "light"), ("12;8", "default"), ("0;default;15", "light"),
      ("15;default", "default"), ("", "default"), (";", "default"), ("0;16", "default"), ("0;-7", "default"),
    ] {
      #expect(try appearance(remembered: nil, environment: ["COLORFGBG": value]).theme.name == theme, "\(value)")
      #expect(
        try appearance(remembered: "colour-blind", environment: ["COLORFGBG": value]).theme.name == "colour-blind")
    }
    let script = try Script(text: "type p", file: "x")
    #expect(
      try appearance(remembered: "colour-blind", environment: ["COLORFGBG": "0;15"], script: script).name == "auto")
    #expect(try appearance(remembered: nil, environment: ["COLORFGBG": "0;15"], script: script).theme.name == "default")
  }

  @Test func theRefreshRateIsRememberedToo() throws {
    #expect(try appearance().refreshHz == 5)
    let remembered = [PreferencesFile.workbench: chosen(nil, 15)]
    #expect(try appearance(remembered: remembered).refreshHz == 15)
    #expect(try appearance(remembered: remembered) { $0.refreshHz = 2 }.refreshHz == 2)
  }

  @Test func theMonitorOfAMachineLooksLikeTheWorkbenchUnlessSomethingElseWasChosenOnIt() throws {
    var remembered = [PreferencesFile.workbench: chosen("colour-blind", 15)]
    #expect(try appearance(remembered: remembered) { $0.machine = "here" }.name == "colour-blind")
    remembered[PreferencesFile.monitor] = chosen("mono")
    let appearance = try appearance(remembered: remembered) { $0.machine = "here" }
    #expect(appearance.name == "mono" && appearance.refreshHz == 15)
    #expect(try self.appearance(remembered: remembered).name == "colour-blind")
  }
}
