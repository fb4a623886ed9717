import RunEvents

extension WorkbenchState {
  mutating func askToQuit() -> [WorkbenchEffect] {
    guard isLive else { return [.quit(.ended)] }
    var choices: [QuitChoice] = isLeaving ? [] : [.checkpointAndStop, .stopWithoutCheckpoint]
    if waitsForSomething {
      // What is in the way may be the disk on which the checkpoint belongs.
      choices = (isLeaving ? [] : [.checkpointAndStop]) + [.checkpointElsewhere, .stopWithoutCheckpoint]
    }
    if availability(of: .detach) == .enabled {
      // Who only looks in leaves without a second thought.
      choices.insert(.detach, at: options.attachment == nil ? 1 : 0)
    }
    if isLeaving || runState == .preparing || runState == .stopping { choices.append(.leaveAtOnce) }
    choices.append(.cancel)
    dialog = .quit(QuitDialog(choices: choices))
    return []
  }

  /// Whether the run waits for something outside the program.
  var waitsForSomething: Bool { health.notices.contains { $0.condition == .environment } }

  mutating func performInDialog(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    switch dialog {
    case .quit(let quit): return perform(command, in: quit)
    case .evals(let evals): return perform(command, in: evals)
    case .palette(let palette): return performInPalette(command, palette)
    case .themes(let picker): return performInThemePicker(command, picker)
    case .logSearch: return performInLogSearch(command)
    case .curveFilter(let field): return performInCurveFilter(command, field)
    case .runText(let text): return perform(command, in: text)
    case .deleteRun(let name): return performInDeleteDialog(command, name)
    case .setting(let edit): return perform(command, in: edit)
    case nil: return []
    }
  }

  private mutating func perform(_ command: WorkbenchCommand, in quit: QuitDialog) -> [WorkbenchEffect] {
    var quit = quit
    let count = max(1, quit.choices.count)
    switch command {
    case .selectPrevious: quit.selected = (quit.selected + count - 1) % count
    case .selectNext: quit.selected = (quit.selected + 1) % count
    case .confirm: return quit.selectedChoice.map { leave($0) } ?? []
    case .choose(let choice): return quit.choices.contains(choice) ? leave(choice) : []
    default: return []
    }
    dialog = .quit(quit)
    return []
  }

  mutating func leave(_ choice: QuitChoice) -> [WorkbenchEffect] {
    dialog = nil
    switch choice {
    case .checkpointAndStop, .stopWithoutCheckpoint:
      isLeaving = true
      return send(.stop(checkpoint: choice == .checkpointAndStop))
    case .checkpointElsewhere:
      dialog = .runText(RunTextDialog(purpose: .checkpointElsewhere, text: ""))
      return []
    case .detach:
      if options.attachment != nil { return [.quit(.detached)] }
      isLeaving = true
      return send(.handOver)
    case .leaveAtOnce: return [.quit(.abandoned)]
    case .cancel: return []
    }
  }

  private mutating func perform(_ command: WorkbenchCommand, in evals: EvalDialog) -> [WorkbenchEffect] {
    var evals = evals
    evals.problem = nil
    let count = max(1, evals.rows(active: activeEvals).count)
    evals.selected = min(evals.selected, count - 1)
    let row = evals.row(active: activeEvals)
    switch command {
    case .selectPrevious: evals.selected = (evals.selected + count - 1) % count
    case .selectNext: evals.selected = (evals.selected + 1) % count
    case .decreaseValue, .increaseValue:
      if case .option(let kind, let option) = row {
        evals.forms[kind].options[option].stepValue(by: command == .increaseValue ? 1 : -1)
      }
    case .eraseCharacter:
      if case .option(let kind, let option) = row { _ = evals.forms[kind].options[option].text.popLast() }
    case .confirm:
      switch row {
      case .cancel(let id):
        dialog = nil
        return send(.cancelEval(id: id))
      case .kind(let kind), .option(let kind, _):
        switch evals.forms[kind].request() {
        case .success(let request):
          dialog = nil
          return send(.evaluate(request))
        case .failure(let problem): evals.problem = problem.text
        }
      case nil: dialog = nil
      }
    default: break
    }
    if dialog != nil { dialog = .evals(evals) }
    return []
  }

  mutating func typeIntoDialog(_ character: Character) -> [WorkbenchEffect] {
    switch dialog {
    case .evals(let evals): typeIntoEvalForm(character, evals)
    case .palette(var palette):
      palette.field.type(character)
      palette.selected = 0
      dialog = .palette(palette)
    case .logSearch:
      screen.logSearch.field.type(character)
      screen.logOffset = 0
    case .curveFilter(var field):
      field.type(character)
      dialog = .curveFilter(field)
    case .runText(let text): return typeIntoRunText(character, text)
    case .setting(let edit): typeIntoSetting(character, edit)
    case .quit, .themes, .deleteRun, nil: break
    }
    return []
  }

  private mutating func typeIntoEvalForm(_ character: Character, _ evals: EvalDialog) {
    var evals = evals
    if case .option(let kind, let option) = evals.row(active: activeEvals) {
      evals.forms[kind].options[option].type(character)
      evals.problem = nil
      dialog = .evals(evals)
    }
  }
}
