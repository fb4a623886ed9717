import Canvas
import Foundation
import Terminal
import Testing

@Suite struct ThemeTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../themes").standardizedFileURL.path
  static let shipped = [
    "colour-blind", "colour-blind-light", "default", "high-contrast", "light", "mono",
  ]

  private func parse(_ yaml: String) throws -> Theme {
    try Theme(yaml: yaml, file: "x.yaml") { name in
      name == "default" ? try ThemeLibrary(folders: []).theme(named: "default") : nil
    }
  }

  private func message(_ yaml: String) -> String {
    do {
      _ = try parse(yaml)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// Letters in the colour of what is behind them are as good as not there.
  @Test func themesThatCannotBeReadAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ roles: String, base: String = "default") throws {
      try Data("name: \(name)\nbase: \(base)\nroles:\n\(roles)".utf8).write(
        to: folder.appendingPathComponent(name + ".yaml"))
    }
    try write("black", "  text: { rgb: \"#000000\", on: { rgb: \"#000000\" } }\n")
    try write("nearly", "  warning: { rgb: \"#101010\", on: { rgb: \"#0c0c0c\" } }\n")
    try write("ink", "  text: { rgb: \"#000000\" }\n", base: "light")
    let library = ThemeLibrary(folders: [folder.path, Self.folder])
    for (name, role) in [("black", "text is #000000 on #000000"), ("nearly", "warning is #101010 on #0c0c0c")] {
      let error = #expect(throws: ThemeError.self) { try library.theme(named: name) }
      #expect(error?.description.contains(role) == true, "\(String(describing: error))")
    }
    // Black letters without a background of their own are for terminals that are light.
    #expect(throws: ThemeError.self) { try library.theme(named: "ink", on: .dark) }
    #expect(try library.theme(named: "ink", on: .light).name == "ink" && library.theme(named: "ink").name == "ink")
    for name in Self.shipped {
      let own = try library.theme(named: name).ground
      for ground in [own, .any] { _ = try library.theme(named: name, on: ground) }
    }
    let misspelt = #expect(throws: ThemeError.self) { try library.theme(named: "lihgt") }
    #expect(misspelt?.description.hasSuffix("; did you mean light?") == true)
  }

  @Test func allShippedThemesAreFound() {
    #expect(ThemeLibrary(folders: [Self.folder]).names == Self.shipped)
  }

  @Test(arguments: shipped) func shippedThemeCoversAllRolesLegibly(_ name: String) throws {
    let theme = try ThemeLibrary(folders: [Self.folder]).theme(named: name)
    #expect(theme.name == name)
    #expect(!theme.about.isEmpty)
    #expect(Set(theme.specs.keys) == Set(Role.allCases))
    for role in Role.allCases {
      let spec = theme.spec(role)
      guard let ink = spec.foreground else { continue }
      let grounds: [Paint]
      switch (spec.background, theme.ground) {
      case (let background?, _): grounds = [background]
      case (nil, .dark): grounds = [Paint(red: 0, green: 0, blue: 0), Paint(red: 30, green: 30, blue: 30)]
      case (nil, .light): grounds = [Paint(red: 255, green: 255, blue: 255)]
      case (nil, .any): grounds = [Paint(red: 0, green: 0, blue: 0), Paint(red: 255, green: 255, blue: 255)]
      }
      // WCAG 2.1: 4.5 for text, 3 for lines and marks; the raw curve, bands and borders are meant to recede.
      let least: Double
      switch role {
      case .border, .band: least = 2.3
      case .curveRaw, .marker, .masked, .series1, .series2, .series3, .series4: least = 3
      default: least = name == "high-contrast" ? 7 : 4.5
      }
      for ground in grounds {
        #expect(contrast(rgb(ink), rgb(ground)) >= least, "\(name) \(role)")
        #expect(contrast(palette(ink.index256), palette(ground.index256)) >= least, "\(name) \(role) of 256")
      }
    }
  }

  @Test(arguments: shipped) func statesDifferWithoutColours(_ name: String) throws {
    let theme = try ThemeLibrary(folders: [Self.folder]).theme(named: name)
    #expect(theme.spec(.clip).monoAttributes != theme.spec(.dino).monoAttributes)
    #expect(theme.spec(.selection).monoAttributes.contains(.reverse))
    #expect(theme.spec(.bad).monoAttributes != theme.spec(.text).monoAttributes)
  }

  @Test func builtInThemesAreTheShippedOnes() throws {
    #expect(ThemeLibrary(folders: []).names == ["default", "light"])
    for name in ["default", "light"] {
      let text = try String(contentsOfFile: Self.folder + "/\(name).yaml", encoding: .utf8)
      #expect(Theme.builtInYAML[name] == text)
      let shipped = try ThemeLibrary(folders: [Self.folder]).theme(named: name)
      #expect(try ThemeLibrary(folders: []).theme(named: name) == shipped)
    }
  }

  @Test func looksAreRead() throws {
    let theme = try parse(
      """
      name: mine
      glyphs: block
      color: true
      roles:
        accent: { rgb: "#102030", 256: 17, 16: bright-red, on: { rgb: "#ffffff" }, attr: [bold, underline], mono: reverse }
      """)
    #expect(theme.name == "mine")
    #expect(theme.glyphs == .block)
    let spec = theme.spec(.accent)
    #expect(spec.foreground == Paint(red: 0x10, green: 0x20, blue: 0x30, index256: 17, index16: 9))
    #expect(spec.background == Paint(red: 255, green: 255, blue: 255, index256: 231, index16: 15))
    #expect(spec.attributes == [.bold, .underline])
    #expect(spec.monoAttributes == .reverse)
    // What is left out is the base's.
    #expect(theme.spec(.clip) == (try ThemeLibrary(folders: []).theme(named: "default")).spec(.clip))
  }

  @Test func errorsNameFileLineKeyFoundAndAllowed() {
    #expect(message("roles:\n  accent: { rgb: \"#12\" }\n").hasPrefix("x.yaml:2: roles.accent.rgb is \"#12\", allowed"))
    #expect(
      message("roles:\n  text: {}\n  accent: { rgb: \"#000000\", 256: 300 }\n").hasPrefix("x.yaml:3: roles.accent.256"))
    #expect(message("roles:\n  accent: { 256: 3 }\n").contains("roles.accent.rgb is missing"))
    #expect(
      message("roles:\n  acent: {}\n").contains("x.yaml:2: key \"acent\" in roles is unknown, allowed are text, dim"))
    #expect(
      message("roles:\n  dim: { rgb: \"#000000\", 16: pink }\n").contains("\"pink\", allowed is one of black, red"))
    #expect(message("roles:\n  dim: { attr: blink }\n").contains("roles.dim.attr is \"blink\", allowed is bold, dim"))
    #expect(message("glyphs: fine\n").contains("x.yaml:1: glyphs is \"fine\", allowed is one of auto, braille"))
    #expect(message("roles: 5\n").contains("roles is a value"))
    #expect(message("base: nowhere\n").contains("base is nowhere"))
    #expect(message("").hasPrefix("x.yaml holds no theme"))
    #expect(message("roles: [").hasPrefix("x.yaml is not YAML"))
    #expect(!message("roles: [").contains("\n"))
  }

  @Test func usersFolderGoesFirstAndMayBuildOnTheSameName() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("themes-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let own = root.appendingPathComponent(".config/mvp/themes")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    try "base: light\nroles:\n  dim: { rgb: \"#111111\" }\n".write(
      to: own.appendingPathComponent("light.yaml"), atomically: true, encoding: .utf8)
    let library = ThemeLibrary(
      environment: ["HOME": root.path], directory: Self.folder, workingDirectory: "/nowhere")
    let theme = try library.theme(named: "light")
    #expect(theme.spec(.dim).foreground == Paint(red: 0x11, green: 0x11, blue: 0x11))
    #expect(theme.ground == .light)
    #expect(theme.spec(.bad) == (try ThemeLibrary(folders: [Self.folder]).theme(named: "light")).spec(.bad))
    #expect(try library.theme(named: own.path + "/light.yaml").spec(.dim).foreground?.red == 0x11)
  }

  @Test func foldersComeFromFlagThenVariableThenWorkingDirectory() {
    func folders(_ environment: [String: String], _ directory: String? = nil) -> [String] {
      ThemeLibrary(environment: environment, directory: directory, workingDirectory: "/w").folders
    }
    #expect(folders(["HOME": "/h"]) == ["/h/.config/mvp/themes", "/w/themes"])
    #expect(folders(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == ["/x/mvp/themes", "/w/themes"])
    #expect(folders(["MVP_THEMES": "/m"]) == ["/m"])
    #expect(folders(["MVP_THEMES": "/m"], "/f") == ["/f"])
  }

  @Test func unknownThemeNamesWhatThereIs() {
    #expect {
      try ThemeLibrary(folders: [Self.folder]).theme(named: "pink")
    } throws: {
      "\($0)".contains("\"pink\"") && "\($0)".contains("colour-blind") && "\($0)".contains(Self.folder)
    }
  }

  private func rgb(_ paint: Paint) -> (Int, Int, Int) { (Int(paint.red), Int(paint.green), Int(paint.blue)) }

  private func palette(_ index: UInt8) -> (Int, Int, Int) {
    let index = Int(index)
    if index >= 232 { return (8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)) }
    let steps = [0, 95, 135, 175, 215, 255]
    let cube = max(0, index - 16)
    return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
  }

  /// Contrast ratio of WCAG 2.1.
  private func contrast(_ a: (Int, Int, Int), _ b: (Int, Int, Int)) -> Double {
    func luminance(_ color: (Int, Int, Int)) -> Double {
      func linear(_ value: Int) -> Double {
        let v = Double(value) / 255
        return v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
    }
    let (x, y) = (luminance(a), luminance(b))
    return (max(x, y) + 0.05) / (min(x, y) + 0.05)
  }
}
