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
