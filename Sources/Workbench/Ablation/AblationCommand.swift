import RunEvents

/// What a person can ask of the grid of an ablation.
package enum AblationCommand: Hashable, Sendable {
  case open, previousSeed, nextSeed, nextKind, older, newer, reload
}

extension AblationState {
  package mutating func reduce(_ command: AblationCommand, in view: RunView) -> Outcome {
    switch command {
    case .open:
      guard let run = marked?.run else { return .nothing }
      return .request(.perform(.openRun(run)))
    case .previousSeed: moveSeed(by: -1)
    case .nextSeed: moveSeed(by: 1)
    case .nextKind:
      nextKind()
      return .tell("scores of \(shownKind.map(view.evalName) ?? "nothing")")
    case .older: show(by: 1)
    case .newer: show(by: -1)
    case .reload: return reload(at: view.now)
    }
    return .nothing
  }

  package func availability(of command: AblationCommand) -> Availability {
    if command == .reload { return .enabled }
    guard let table else { return .disabled(reason: "there is no ablation: mvp ablate makes one") }
    switch command {
    case .open: return marked?.run == nil ? .disabled(reason: "this run has not begun") : .enabled
    case .previousSeed, .nextSeed:
      return table.plan.seeds.count > 1 ? .enabled : .disabled(reason: "it has one seed")
    case .nextKind: return table.kinds.count > 1 ? .enabled : .disabled(reason: "there are no other scores")
    case .older: return index + 1 < tables.count ? .enabled : .disabled(reason: "there is no older ablation")
    case .newer: return index > 0 ? .enabled : .disabled(reason: "there is no newer ablation")
    case .reload: return .enabled
    }
  }
}
