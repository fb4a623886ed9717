import RunEvents

/// The form from which evaluations are started and cancelled.
package struct EvalDialog: Equatable, Sendable {
  /// A line that can be selected.
  enum Row: Equatable, Sendable {
    case kind(Int)
    case option(kind: Int, option: Int)
    case cancel(id: Int)
  }

  var forms: [EvalForm]
  var selected = 0
  /// Why the last `enter` did nothing.
  var problem: String?

  func rows(active: [EvalProgress]) -> [Row] {
    var rows: [Row] = []
    for (kind, form) in forms.enumerated() {
      rows.append(.kind(kind))
      rows += form.options.indices.map { .option(kind: kind, option: $0) }
    }
    return rows + active.map { .cancel(id: $0.id) }
  }

  func row(active: [EvalProgress]) -> Row? {
    let rows = rows(active: active)
    return rows.isEmpty ? nil : rows[min(max(0, selected), rows.count - 1)]
  }

  /// Whether the marked line is a text, of which every character is a part.
  func takesText(active: [EvalProgress]) -> Bool {
    guard case .option(let kind, let option) = row(active: active) else { return false }
    return forms[kind].options[option].description.values == .text
  }

  /// - Parameter active: evaluations that wait or work.
  mutating func reduce(_ command: WorkbenchCommand, active: [EvalProgress]) -> Outcome {
    problem = nil
    let count = max(1, rows(active: active).count)
    selected = min(selected, count - 1)
    let row = row(active: active)
    switch command {
    case .selectPrevious: selected = (selected + count - 1) % count
    case .selectNext: selected = (selected + 1) % count
    case .decreaseValue, .increaseValue:
      if case .option(let kind, let option) = row {
        forms[kind].options[option].stepValue(by: command == .increaseValue ? 1 : -1)
      }
    case .eraseCharacter:
      if case .option(let kind, let option) = row { _ = forms[kind].options[option].text.popLast() }
    case .confirm:
      switch row {
      case .cancel(let id): return Outcome.send(.cancelEval(id: id)).closing()
      case .kind(let kind), .option(let kind, _):
        return request(of: kind).map { Outcome.send(.evaluate($0)).closing() } ?? .nothing
      case nil: return .close
      }
    default: break
    }
    return .nothing
  }

  /// Starts the marked evaluation and leaves the form as it is.
  mutating func queue(active: [EvalProgress], in view: RunView) -> Outcome {
    problem = nil
    switch row(active: active) {
    case .kind(let kind), .option(let kind, _):
      guard let request = request(of: kind) else { return .nothing }
      var outcome = request.trial == nil ? Outcome.tell("\(view.evalName(request.kind)) is queued") : .nothing
      outcome.commands = [.evaluate(request)]
      return outcome
    case .cancel, nil:
      problem = "mark an evaluation to queue it"
      return .nothing
    }
  }

  /// The request of a form; nil, with the problem noted, if an option is wrong.
  private mutating func request(of kind: Int) -> EvalRequest? {
    switch forms[kind].request() {
    case .success(let request): return request
    case .failure(let problem):
      self.problem = problem.text
      return nil
    }
  }

  mutating func type(_ character: Character, active: [EvalProgress]) {
    guard case .option(let kind, let option) = row(active: active) else { return }
    forms[kind].options[option].type(character)
    problem = nil
  }
}
