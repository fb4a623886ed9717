import RunEvents

/// An option whose value is typed or stepped through; empty means the session's own value.
struct EvalOption: Equatable, Sendable {
  static let longestText = 8
  /// Of an option that is a text.
  private static let longestWords = 200

  let description: OptionDescription
  /// What holds where nothing is chosen, in words.
  var whenEmpty = "default"
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
    guard !steps.isEmpty else { return }
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
    case .text: isMeant = true
    }
    let longest = description.values == .text ? Self.longestWords : Self.longestText
    guard character.isASCII, isMeant, text.count < longest else { return }
    text.append(character)
  }
}
