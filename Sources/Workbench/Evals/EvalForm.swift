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
}

/// One kind of evaluation with its options, as it describes them.
struct EvalForm: Equatable, Sendable {
  var kind: String
  var options: [EvalOption]

  init(_ description: EvaluationDescription) {
    kind = description.kind
    options = description.options.map { EvalOption(description: $0) }
  }

  /// The request, or a sentence that says which option is wrong.
  func request() -> Result<EvalRequest, EvalFormProblem> {
    var chosen: [String: String] = [:]
    for option in options where !option.text.isEmpty {
      if let problem = option.problem { return .failure(EvalFormProblem(text: problem)) }
      chosen[option.description.name] = option.text
    }
    return .success(EvalRequest(kind: kind, options: chosen))
  }
}

struct EvalFormProblem: Error, Equatable {
  var text: String
}

/// An option whose value is typed or stepped through; empty means the session's own value.
struct EvalOption: Equatable, Sendable {
  static let longestText = 8

  let description: OptionDescription
  var text = ""

  var problem: String? {
    let (name, values) = (description.name, description.values)
    guard !values.contains(text) else { return nil }
    if case .choice = values { return "\(name): choose \(values.words)" }
    return "\(name): \"\(text)\" is not \(values.words)"
  }

  /// Goes to the next or the previous of the values offered, the session's own among them.
  mutating func stepValue(by delta: Int) {
    let steps = description.steps
    let values = [""] + steps
    if let index = values.firstIndex(of: text) {
      text = values[(index + delta + values.count) % values.count]
    } else {
      text = delta > 0 ? steps.first { (Double($0) ?? 0) > (Double(text) ?? 0) } ?? "" : ""
    }
  }

  mutating func type(_ character: Character) {
    let isMeant: Bool
    switch description.values {
    case .whole: isMeant = character.isNumber || character == "."
    case .number: isMeant = character.isNumber || ".e-".contains(character)
    case .choice: isMeant = false
    }
    guard character.isASCII, isMeant, text.count < Self.longestText else { return }
    text.append(character)
  }
}
