/// The one table of keys. The dispatcher, the footer, the help screen and the README's table are made from it.
package enum KeyTable {
  package static let bindings: [KeyBinding] =
    runBindings + shownBindings + viewBindings + scrollBindings + paneBindings + curvesBindings + quitBindings
    + evalBindings + systemBindings + ablationBindings + maskBindings + paletteBindings + themeBindings + searchBindings
    + listBindings

  private static let runBindings: [KeyBinding] = [
    KeyBinding(
      .global, [.character("p"), .character(" ")], .pauseOrResume, "pause", "pause or resume at the next step",
      footer: 1),
    KeyBinding(.global, [.character("n")], .stepOnce, "step", "train one step while paused", footer: 2),
    KeyBinding(
      .global, [.character("g")], .switchGuidance, "guidance", "switch to the session's next guidance", footer: 3),
    KeyBinding(.global, [.character("e")], .openEvals, "evals", "start or cancel an evaluation", footer: 4),
    KeyBinding(.global, [.character("c")], .checkpoint, "checkpoint", "write a checkpoint", footer: 8),
    KeyBinding(
      .global, [.character("q"), .control("c")], .quit, "quit", "leave: asks first while the run is live", footer: 6),
    KeyBinding(
      .global, [.character("Q")], .detach, "detach",
      "leave; the run goes on without a terminal"),
  ]

  private static let shownBindings: [KeyBinding] = [
    KeyBinding(
      .global, [.character("m")], .cycleMaskView, "mask",
      "mask view: picture and mask, cosine map, mask alone, picture alone", footer: 5, concerns: [.dashboard, .mask]),
    KeyBinding(
      .global, [.character("[")], .previousPicture, "previous picture", "previous picture of the preview set",
      footer: 5,
      footerKey: "[ ]", footerName: "picture", concerns: [.mask]),
    KeyBinding(.global, [.character("]")], .nextPicture, "next picture", "next picture of the preview set"),
    KeyBinding(
      .global, [.character("l")], .toggleLogarithmicScale, "log y",
      "logarithmic loss; a cosine loss is shown as its distance to -1", footer: 9,
      concerns: [.dashboard, .curves]),
    KeyBinding(
      .global, [.character("s")], .cycleSmoothing, "smooth",
      "smoothing of the curves: by the steps shown, off, .9, .98, .995", footer: 10,
      concerns: [.dashboard, .curves]),
    KeyBinding(
      .global, [.character("x")], .cycleStepRange, "range",
      "steps shown: so far, or the whole run; system: the newest, or all", footer: 11,
      concerns: [.dashboard, .curves, .system]),
    KeyBinding(.global, [.character("t")], .cycleTheme, "theme", "next colour theme", footer: 12),
    KeyBinding(
      .global, [.character("T")], .openThemes, "themes", "choose a theme from a list, each shown as it is marked"),
    KeyBinding(
      .global, [.character(":")], .openPalette, "commands", "everything a key can do, by name; tab completes", footer: 6
    ),
    KeyBinding(
      .global, [.character("M")], .toggleMouse, "mouse",
      "mouse on or off; off, the terminal selects text by it"),
    KeyBinding(.global, [.character("+"), .character("=")], .refreshFaster, "faster", "refresh more often"),
    KeyBinding(.global, [.character("-")], .refreshSlower, "slower", "refresh less often, for slow links"),
    KeyBinding(.global, [.control("l")], .redraw, "redraw", "paint the whole screen again"),
  ]

  private static let viewBindings: [KeyBinding] =
    WorkbenchView.numbered.map { view in
      KeyBinding(.global, [view.key], .show(view), view.rawValue, "show the \(view.rawValue)")
    } + [
      KeyBinding(.global, [.tab], .nextView, "views", "next view", footer: 13),
      KeyBinding(.global, [.backTab], .previousView, "previous", "previous view"),
      KeyBinding(
        .global, [.character("?"), .character("h"), .function(1)], .toggleHelp, "help", "every key", footer: 7),
      KeyBinding(
        .global, [.escape], .back, "back", "one layer out: dialog, view, dashboard", footer: 5,
        concerns: Set(WorkbenchView.allCases).subtracting([.dashboard])),
    ]

  private static let scrollBindings: [KeyBinding] =
    [WorkbenchView.log, .help, .evals, .runs, .ablation, .config].flatMap { view in
      [
        KeyBinding(.view(view), [.up, .character("k")], .scrollUp, "up", "scroll up"),
        KeyBinding(
          .view(view), [.down, .character("j")], .scrollDown, "scroll", "scroll down", footer: 0, footerKey: "up/down"),
        KeyBinding(.view(view), [.pageUp], .pageUp, "page up", "scroll a page up"),
        KeyBinding(.view(view), [.pageDown], .pageDown, "page down", "scroll a page down"),
        KeyBinding(.view(view), [.home], .scrollToTop, "top", "go to the first line"),
        KeyBinding(.view(view), [.end], .scrollToBottom, "end", "go to the last line"),
      ]
    } + [
      KeyBinding(.view(.log), [.character("/")], .search, "search", "only the lines that hold a text", footer: 0),
      KeyBinding(
        .view(.help), [.character("/")], .search, "search", "only the keys that have to do with a text", footer: 0),
      // Letters do nothing to the run while its keys are read about.
      KeyBinding(.view(.help), [.character("q")], .toggleHelp, "back", "back to the view"),
      KeyBinding(
        .view(.help), [.control("c")], .quit, "quit", "leave: asks first while the run is live"),
    ]

  private static let quitBindings: [KeyBinding] = [
    KeyBinding(.quitDialog, [.up, .character("k"), .backTab], .selectPrevious, "up", "previous choice"),
    KeyBinding(
      .quitDialog, [.down, .character("j"), .tab], .selectNext, "move", "next choice", footer: 1, footerKey: "up/down"),
    KeyBinding(.quitDialog, [.enter], .confirm, "choose", "take the marked choice", footer: 2),
    KeyBinding(
      .quitDialog, [.character("c")], .choose(.checkpointAndStop), "checkpoint, stop",
      "write a checkpoint, then stop", footer: 3),
    KeyBinding(
      .quitDialog, [.character("e")], .choose(.checkpointElsewhere), "checkpoint elsewhere",
      "into another folder, where its own cannot be written, then stop", footer: 4),
    KeyBinding(
      .quitDialog, [.character("s")], .choose(.stopWithoutCheckpoint), "stop", "stop without a checkpoint", footer: 4),
    KeyBinding(
      .quitDialog, [.character("d")], .choose(.detach), "detach",
      "leave the screen; the run goes on, mvp attach brings it back", footer: 5),
    KeyBinding(
      .quitDialog, [.character("!")], .choose(.leaveAtOnce), "leave at once", "do not wait for the step to end"),
    KeyBinding(
      .quitDialog, [.escape, .character("n"), .character("q")], .choose(.cancel), "cancel", "back to the run", footer: 6
    ),
  ]

  private static let evalBindings: [KeyBinding] = [
    KeyBinding(.evalDialog, [.up, .backTab], .selectPrevious, "up", "previous line"),
    KeyBinding(.evalDialog, [.down, .tab], .selectNext, "move", "next line", footer: 1, footerKey: "up/down"),
    KeyBinding(.evalDialog, [.left], .decreaseValue, "less", "previous value"),
    KeyBinding(.evalDialog, [.right], .increaseValue, "value", "next value; digits type one", footer: 2),
    KeyBinding(.evalDialog, [.backspace, .delete], .eraseCharacter, "erase", "erase a character"),
    KeyBinding(.evalDialog, [.enter], .confirm, "start", "start the marked evaluation, or cancel it", footer: 3),
    KeyBinding(
      .evalDialog, [.character("a")], .evals(.queue), "queue", "queue the marked evaluation and keep the form open",
      footer: 4),
    KeyBinding(.evalDialog, [.escape, .character("q"), .control("c")], .back, "close", "back to the run", footer: 5),
  ]

  /// The binding that a key has in a state; nil: the key means nothing there.
  package static func binding(for key: Key, in state: WorkbenchState) -> KeyBinding? {
    bindings.first { state.screen.offers($0) && $0.keys.contains(key) }
  }

  /// The README's table of keys, in Markdown.
  package static func markdown() -> String {
    func code(_ key: Key) -> String { key == .character("|") ? "`\\|`" : "`\(key.label)`" }
    var lines: [String] = []
    for (title, scopes) in sections {
      lines += ["| \(title) | |", "|---|---|"]
      for binding in listed(scopes) {
        lines.append("| \(binding.keys.map(code).joined(separator: " ")) | \(binding.help) |")
      }
      lines.append("")
    }
    return lines.dropLast().joined(separator: "\n") + "\n"
  }

  /// The bindings of a section. Lists scroll by the same keys in every view, which are listed once.
  static func listed(_ scopes: [KeyBinding.Scope]) -> [KeyBinding] {
    let scrolling: Set<WorkbenchCommand> = [.scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToTop, .scrollToBottom]
    return bindings.filter { binding in
      guard scopes.contains(binding.scope) else { return false }
      if case .view(let view) = binding.scope, view != .log { return !scrolling.contains(binding.command) }
      return true
    }
  }

  /// Headings under which the help screen and the README list the bindings. Lists scroll by the same keys in every
  /// view.
  static let sections: [(title: String, scopes: [KeyBinding.Scope])] = [
    ("keys", [.global]), ("dashboard", [.view(.dashboard)]), ("curves", [.view(.curves)]),
    ("log; evals, runs, ablation, config and help scroll alike", [.view(.log)]), ("help", [.view(.help)]),
    ("mask view", [.view(.mask)]),
    ("system", [.view(.system)]), ("evals", [.view(.evals)]), ("runs", [.view(.runs)]),
    ("ablation", [.view(.ablation)]), ("config", [.view(.config)]),
    ("leaving", [.quitDialog]),
    ("eval form", [.evalDialog]), ("typing", [.textDialog]), ("deleting", [.deleteDialog]),
    ("changing a value", [.settingDialog]), ("commands", [.palette]), ("themes", [.themes]),
    ("searching log and help", [.search]), ("filter of curves and charts", [.curveFilter]),
  ]
}

extension ScreenState {
  /// Whether a binding holds now.
  package func offers(_ binding: KeyBinding) -> Bool {
    guard keyScopes.contains(binding.scope) else { return false }
    return dialog != nil || view != .help || binding.scope == .view(.help) || binding.command.leadsThroughHelp
  }

  /// The scopes whose bindings hold now.
  var keyScopes: [KeyBinding.Scope] {
    switch dialog {
    case .quit: [.quitDialog]
    case .evals: [.evalDialog]
    case .palette: [.palette]
    case .themes: [.themes]
    case .search: [.search]
    case .curveFilter: [.curveFilter]
    case .runText: [.textDialog]
    case .deleteRun: [.deleteDialog]
    case .setting: [.settingDialog]
    case nil: [.view(view), .global]
    }
  }
}

extension WorkbenchCommand {
  /// Whether it holds in the help as in every view: it changes what is shown and nothing else.
  fileprivate var leadsThroughHelp: Bool {
    switch self {
    case .show, .nextView, .previousView, .toggleHelp, .back, .openPalette, .redraw: true
    default: false
    }
  }
}
