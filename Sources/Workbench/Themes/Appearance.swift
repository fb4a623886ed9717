/// Theme and refresh rate. The workbench remembers what a person chose in it, not what the command line asked for.
package struct Appearance: Equatable, Sendable {
  /// The theme that suits the terminal's background, whichever that is.
  package static let automaticTheme = "auto"

  /// The theme in use.
  package internal(set) var theme: String
  package internal(set) var refreshHz: Int
  /// What a person chose, to be remembered; nil: nothing was chosen.
  var chosenTheme: String?
  var chosenRefreshHz: Int?

  init(theme: String, refreshHz: Int) {
    self.theme = theme
    self.refreshHz = Self.possible(refreshHz)
  }

  /// Uses a theme, this time and the next.
  mutating func keep(theme name: String) -> Outcome {
    chosenTheme = name
    var outcome = use(theme: name)
    outcome.notice = ("theme \(Self.themeWords(name))", false)
    return outcome
  }

  mutating func use(theme name: String) -> Outcome {
    theme = name
    return Outcome(effects: [.setTheme(name)])
  }

  mutating func cycleTheme(_ themes: [String]) -> Outcome {
    let index = themes.firstIndex(of: theme) ?? -1
    return keep(theme: themes[(index + 1) % themes.count])
  }

  static func themeWords(_ name: String) -> String {
    name == automaticTheme ? "\(name), by the background" : name
  }

  /// Whether there is another theme to choose.
  static func availability(_ themes: [String]) -> Availability {
    themes.count > 1 ? .enabled : .disabled(reason: "there is no other theme")
  }
}
