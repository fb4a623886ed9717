/// A list of themes. The marked one is in use already, so that a person judges it before keeping it.
package struct ThemePicker: Equatable, Sendable {
  var selected: Int
  /// Theme to go back to.
  let original: String

  init(_ themes: [String], theme: String) {
    selected = themes.firstIndex(of: theme) ?? 0
    original = theme
  }

  /// - Parameter theme: the one in use.
  mutating func reduce(_ command: WorkbenchCommand, themes: [String], theme: String) -> Outcome {
    let count = max(1, themes.count)
    switch command {
    case .selectPrevious: selected = (selected + count - 1) % count
    case .selectNext: selected = (selected + 1) % count
    case .confirm: return Outcome.request(.keepTheme(theme)).closing()
    case .back: return theme == original ? .close : Outcome.request(.useTheme(original)).closing()
    default: return .nothing
    }
    return mark(selected, themes: themes)
  }

  /// Marks a line, whose theme is tried.
  mutating func mark(_ line: Int, themes: [String]) -> Outcome {
    guard themes.indices.contains(line) else { return .nothing }
    selected = line
    return .request(.useTheme(themes[line]))
  }
}
