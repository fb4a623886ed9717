/// A list of themes of which the marked one is already in use, so that it can be judged before it is kept.
package struct ThemePicker: Equatable, Sendable {
  var selected: Int
  /// Theme to go back to.
  var original: String
}

extension WorkbenchState {
  mutating func openThemePicker() {
    dialog = .themes(ThemePicker(selected: options.themes.firstIndex(of: theme) ?? 0, original: theme))
  }

  mutating func performInThemePicker(_ command: WorkbenchCommand, _ picker: ThemePicker) -> [WorkbenchEffect] {
    var picker = picker
    let count = max(1, options.themes.count)
    switch command {
    case .selectPrevious: picker.selected = (picker.selected + count - 1) % count
    case .selectNext: picker.selected = (picker.selected + 1) % count
    case .confirm:
      dialog = nil
      // It is in use already.
      _ = keep(theme: theme)
      return []
    case .back:
      dialog = nil
      return theme == picker.original ? [] : use(theme: picker.original)
    default: return []
    }
    dialog = .themes(picker)
    return options.themes.indices.contains(picker.selected) ? use(theme: options.themes[picker.selected]) : []
  }
}
