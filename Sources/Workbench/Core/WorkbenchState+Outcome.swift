import RunEvents

extension WorkbenchState {
  /// Does what a child asks: says it, opens and closes dialogs, sends commands, hands requests to other children.
  mutating func apply(_ outcome: Outcome) -> [WorkbenchEffect] {
    if let notice = outcome.notice { screen.tell(notice.text, isWarning: notice.isWarning) }
    switch outcome.dialog {
    case .stays: break
    case .closes: screen.dialog = nil
    case .opens(let dialog): screen.dialog = dialog
    }
    if let view = outcome.view { screen.view = view }
    var effects = outcome.effects
    for command in outcome.commands { effects += send(command) }
    for request in outcome.requests { effects += answer(request) }
    return effects
  }

  /// Sends a command, which stays pending until an event settles it.
  mutating func send(_ command: RunCommand) -> [WorkbenchEffect] {
    let pending = PendingCommand(command: command, activeEvals: Set(evals.active.map(\.id)))
    // Only the last of several pictures is of interest.
    if pending.isPreview { watched.pending.removeAll(where: \.isPreview) }
    watched.pending.append(pending)
    return [.send(command)]
  }

  /// Draws a run of the store over the one that is watched, or takes it away.
  package mutating func toggleOverlay(_ reference: RunReference) -> [WorkbenchEffect] {
    apply(curves.toggleOverlay(reference, in: view))
  }

  private mutating func answer(_ request: Outcome.Request) -> [WorkbenchEffect] {
    switch request {
    case .toggleOverlay(let reference): return toggleOverlay(reference)
    case .layOver(let references): return apply(curves.layOver(references, in: view))
    case .renameOverlay(let reference, let name):
      return apply(curves.renameOverlay(reference, to: name, in: view))
    case .keepOverlays(let session, let names): curves.keepOverlays(session: session, names: names)
    case .history(let request): return curves.ask(request, in: view)
    case .perform(let command): return perform(command)
    case .edit(let name, let edit): return apply(runs.edit(name, edit, session: watched.description?.session))
    case .fork(let request): return apply(runs.fork(request, in: view))
    case .filterRuns(let text): return apply(runs.filter(by: text, at: screen.now))
    case .tellRunsFilter: return apply(runs.filterRemark)
    case .filterConfig(let text): config.filter(by: text)
    case .filterCurves(let text):
      return apply(
        screen.view == .system ? system.filter(by: text, in: view) : curves.filter(by: text, in: view))
    case .leave(let choice): return apply(view.leave(choice))
    case .showSystemCurves: curves.showSystem()
    case .useTheme(let name): return apply(appearance.use(theme: name))
    case .keepTheme(let name):
      var kept = appearance.keep(theme: name)
      // It is in use already.
      kept.effects = []
      return apply(kept)
    }
    return []
  }
}
