/// Theme and refresh rate that a person chose in the workbench. What the command line asks for holds once and is not
/// remembered.
package struct Appearance: Equatable, Sendable {
  /// The theme that suits the terminal's background, whichever that is.
  package static let automaticTheme = "auto"
  package static let refreshRates = [1, 2, 3, 5, 8, 10, 15, 20, 30]

  /// Refreshes a second while events come in.
  package static let usualRefresh = 5

  /// nil: none was chosen.
  package var theme: String?
  package var refreshHz: Int?

  package init() {}
}

extension WorkbenchState {
  mutating func cycleTheme() -> [WorkbenchEffect] {
    let index = options.themes.firstIndex(of: theme) ?? -1
    return keep(theme: options.themes[(index + 1) % options.themes.count])
  }

  /// Uses a theme, this time and the next.
  mutating func keep(theme name: String) -> [WorkbenchEffect] {
    tell("theme \(Self.themeWords(name))")
    appearance.theme = name
    return use(theme: name)
  }

  mutating func use(theme name: String) -> [WorkbenchEffect] {
    theme = name
    return [.setTheme(name)]
  }

  static func themeWords(_ name: String) -> String {
    name == Appearance.automaticTheme ? "\(name), by the background" : name
  }

  mutating func changeRefresh(by delta: Int) -> [WorkbenchEffect] {
    let rates = Appearance.refreshRates
    let next = delta > 0 ? rates.first { $0 > refreshHz } : rates.last { $0 < refreshHz }
    guard let next else {
      tell("refresh stays at \(refreshHz) Hz, the \(delta > 0 ? "highest" : "lowest")", isWarning: true)
      return []
    }
    return setRefresh(next)
  }

  mutating func setRefresh(_ hz: Int) -> [WorkbenchEffect] {
    refreshHz = min(max(1, hz), Appearance.refreshRates.last ?? 30)
    appearance.refreshHz = refreshHz
    tell("refresh \(refreshHz) Hz")
    return [.setRefresh(hz: refreshHz)]
  }
}
