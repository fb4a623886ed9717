extension WorkbenchState {
  /// Takes a theme that cannot be used off the list, says why, and goes on to the next one where a person goes through
  /// the themes; else the one before stays.
  mutating func passOver(theme name: String, reason: String) -> [WorkbenchEffect] {
    log.note(reason, source: .message(.warning), step: step, time: screen.wall)
    let index = options.themes.firstIndex(of: name)
    options.themes.removeAll { $0 == name }
    let words = appearance.isCycling ? "theme \(name) is passed over: the log (8) says why" : reason
    defer { screen.tell(words, isWarning: true) }
    guard appearance.theme == name else { return [] }
    if case .themes(var picker) = screen.dialog, let index, !options.themes.isEmpty {
      let outcome = picker.mark(index % options.themes.count, themes: options.themes)
      screen.dialog = .themes(picker)
      return apply(outcome)
    }
    guard appearance.isCycling, let index, !options.themes.isEmpty else { return apply(appearance.goBack()) }
    return apply(appearance.keep(theme: options.themes[index % options.themes.count], isCycling: true))
  }
}
