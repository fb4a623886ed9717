import RunEvents

/// Each dialog gets the keys while it stands in front of the views.
extension WorkbenchState {
  mutating func askToQuit() -> [WorkbenchEffect] {
    guard view.isLive else { return [.quit(.ended)] }
    screen.dialog = .quit(QuitDialog(in: view))
    return []
  }

  mutating func openDialog(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    switch command {
    case .openEvals:
      screen.dialog = .evals(EvalDialog(forms: (run?.evals ?? []).map { EvalForm(view.evaluation($0)) }))
    case .openPalette:
      screen.dialog = .palette(PaletteState())
      // The palette names the runs that can be opened.
      if options.opensRuns, !runs.hasLoaded, run != nil { return apply(runs.reload(at: screen.now)) }
    case .openThemes: screen.dialog = .themes(ThemePicker(options.themes, theme: appearance.theme))
    default: screen.dialog = .search
    }
    return []
  }

  mutating func performInDialog(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    guard var dialog = screen.dialog else { return [] }
    let outcome = reduce(command, in: &dialog)
    screen.dialog = dialog
    return apply(outcome)
  }

  private mutating func reduce(_ command: WorkbenchCommand, in dialog: inout Dialog) -> Outcome {
    switch dialog {
    case .themes(var picker):
      defer { dialog = .themes(picker) }
      return picker.reduce(command, themes: options.themes, theme: appearance.theme)
    case .search:
      let delta = scrolled(command)
      return screen.view == .help
        ? help.reduceSearch(command, scrolled: delta, in: view) : log.reduceSearch(command, scrolled: delta, in: view)
    case .runText(var text):
      defer { dialog = .runText(text) }
      return text.reduce(command)
    // ESC closes the others and nothing else.
    case .quit, .evals, .palette, .curveFilter, .deleteRun, .setting:
      return command == .back ? .close : reduceForward(command, in: &dialog)
    }
  }

  private func reduceForward(_ command: WorkbenchCommand, in dialog: inout Dialog) -> Outcome {
    switch dialog {
    case .quit(var quit):
      defer { dialog = .quit(quit) }
      return quit.reduce(command)
    case .evals(var form):
      defer { dialog = .evals(form) }
      return command == .evals(.queue)
        ? form.queue(active: evals.active, in: view) : form.reduce(command, active: evals.active)
    case .palette(var palette):
      defer { dialog = .palette(palette) }
      return palette.reduce(command, entries: palette.entries(in: self))
    case .curveFilter(var field):
      defer { dialog = .curveFilter(field) }
      return field.reduceFilter(command)
    case .deleteRun(let name): return command == .confirm ? Outcome.request(.edit(name, .delete)).closing() : .nothing
    case .setting(var edit):
      defer { dialog = .setting(edit) }
      return edit.reduce(command, config: config)
    case .themes, .search, .runText: return .nothing
    }
  }

  /// Whether characters are typed, whatever else they mean.
  var takesText: Bool {
    guard case .evals(let form) = screen.dialog else { return false }
    return form.takesText(active: evals.active)
  }

  mutating func typeIntoDialog(_ character: Character) -> [WorkbenchEffect] {
    switch screen.dialog {
    case .evals(var form):
      form.type(character, active: evals.active)
      screen.dialog = .evals(form)
    case .palette(var palette):
      palette.type(character)
      screen.dialog = .palette(palette)
    case .search:
      if screen.view == .help { help.typeIntoSearch(character) } else { log.typeIntoSearch(character) }
    case .curveFilter(var field):
      field.type(character)
      screen.dialog = .curveFilter(field)
    case .runText(var text):
      let outcome = text.type(character)
      screen.dialog = .runText(text)
      return apply(outcome)
    case .setting(var edit):
      edit.type(character)
      screen.dialog = .setting(edit)
    case .quit, .themes, .deleteRun, nil: break
    }
    return []
  }
}
