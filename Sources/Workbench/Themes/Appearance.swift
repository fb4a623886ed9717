/// Theme and refresh rate. The workbench remembers what a person chose in it, not what the command line asked for.
package struct Appearance: Sendable {
  /// The theme that suits the terminal's background, whichever that is.
  package static let automaticTheme = "auto"

  /// The theme in use.
  package internal(set) var theme: String
  package internal(set) var refreshHz: Int
  /// The theme in use before, with which the screen stays if this one cannot be used.
  private var before: (theme: String, chosen: String?)
  /// Whether a person goes through the themes, of which one that cannot be used is passed over.
  private(set) var isCycling = false
  /// What a person chose, to be remembered; nil: nothing was chosen.
  var chosenTheme: String?
  var chosenRefreshHz: Int?

  init(theme: String, refreshHz: Int) {
    self.theme = theme
    before = (theme, nil)
    self.refreshHz = Self.possible(refreshHz)
  }

  /// Uses a theme, this time and the next.
  mutating func keep(theme name: String, isCycling: Bool = false) -> Outcome {
    let chosen = chosenTheme
    var outcome = use(theme: name)
    before.chosen = chosen
    chosenTheme = name
    self.isCycling = isCycling
    outcome.notice = ("theme \(Self.themeWords(name))", false)
    return outcome
  }

  mutating func use(theme name: String) -> Outcome {
    before = (theme, chosenTheme)
    isCycling = false
    theme = name
    return Outcome(effects: [.setTheme(name)])
  }

  /// Goes back to the theme before, which can be used.
  mutating func goBack() -> Outcome {
    (theme, chosenTheme) = before
    return Outcome(effects: [.setTheme(theme)])
  }

  mutating func cycleTheme(_ themes: [String]) -> Outcome {
    let index = themes.firstIndex(of: theme) ?? -1
    return keep(theme: themes[(index + 1) % themes.count], isCycling: true)
  }

  static func themeWords(_ name: String) -> String {
    name == automaticTheme ? "\(name), by the background" : name
  }

  /// Whether there is another theme to choose.
  static func availability(_ themes: [String]) -> Availability {
    themes.count > 1 ? .enabled : .disabled(reason: "there is no other theme")
  }
}
