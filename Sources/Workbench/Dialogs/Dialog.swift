import RunEvents

/// What stands in front of the views and takes the keys.
package enum Dialog: Equatable, Sendable {
  case quit(QuitDialog)
  case evals(EvalDialog)
  case palette(PaletteState)
  case themes(ThemePicker)
  /// The line under the log in which a search is typed.
  case logSearch
  /// A regular expression for the metrics of the curves, which are shown by it while it is typed.
  case curveFilter(TextField)
  /// A line of text about a run, or the filter of the list.
  case runText(RunTextDialog)
  /// Whether the run of that name is to be deleted.
  case deleteRun(String)
  /// A value of the session.
  case setting(ConfigEdit)
}

package struct QuitDialog: Equatable, Sendable {
  package var choices: [QuitChoice]
  var selected = 0

  var selectedChoice: QuitChoice? { choices.indices.contains(selected) ? choices[selected] : nil }
}

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

/// One kind of evaluation with its options.
struct EvalForm: Equatable, Sendable {
  var kind: String
  var options: [EvalOption]

  init(kind: String) {
    self.kind = kind
    options =
      switch kind {
      case "knn":
        [
          EvalOption(
            name: "k", help: "neighbours that vote", kind: .count, steps: ["5", "10", "20", "50", "100", "200"]),
          EvalOption(
            name: "temperature", help: "how much nearer ones count", kind: .positive,
            steps: ["0.02", "0.04", "0.07", "0.1", "0.2"]),
          .features,
        ]
      case "linear":
        [
          EvalOption(
            name: "iterations", help: "L-BFGS steps at the most", kind: .count,
            steps: ["50", "100", "200", "500", "1000"]),
          EvalOption(
            name: "decay", help: "weight decay, else chosen", kind: .positive,
            steps: ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]),
          .features,
        ]
      default: []
      }
  }

  /// The request, or a sentence that says which option is wrong.
  func request() -> Result<EvalRequest, EvalFormProblem> {
    var chosen: [String: String] = [:]
    for option in options where !option.text.isEmpty {
      if let problem = option.problem { return .failure(EvalFormProblem(text: problem)) }
      chosen[option.name] = option.text
    }
    return .success(EvalRequest(kind: kind, options: chosen))
  }
}

struct EvalFormProblem: Error, Equatable {
  var text: String
}

/// An option whose value is typed or stepped through; empty means the session's own value.
struct EvalOption: Equatable, Sendable {
  enum Kind: Equatable, Sendable { case count, positive, choice }

  static let longestText = 8

  static let features = EvalOption(
    name: "features", help: "CLS, or the patches' mean", kind: .choice, steps: ["cls", "mean"])

  var name: String
  var help: String
  var kind: Kind
  var steps: [String]
  var text = ""

  var problem: String? {
    switch kind {
    case .count:
      guard let value = Int(text), value > 0 else { return "\(name): \"\(text)\" is not a whole number above 0" }
    case .positive:
      guard let value = Double(text), value > 0, value.isFinite else {
        return "\(name): \"\(text)\" is not a number above 0"
      }
    case .choice:
      guard steps.contains(text) else { return "\(name): choose \(steps.joined(separator: " or "))" }
    }
    return nil
  }

  /// Goes to the next or the previous of the values offered, the session's own among them.
  mutating func stepValue(by delta: Int) {
    let values = [""] + steps
    if let index = values.firstIndex(of: text) {
      text = values[(index + delta + values.count) % values.count]
    } else {
      text = delta > 0 ? steps.first { (Double($0) ?? 0) > (Double(text) ?? 0) } ?? "" : ""
    }
  }

  mutating func type(_ character: Character) {
    let isMeant =
      character.isNumber || character == "." || (kind == .positive && (character == "e" || character == "-"))
    guard kind != .choice, character.isASCII, isMeant, text.count < Self.longestText else { return }
    text.append(character)
  }
}
