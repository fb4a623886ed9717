import RunEvents

/// A value that is being edited.
package struct ConfigEdit: Equatable, Sendable {
  static let longestText = 24

  var key: String
  var text: String
  /// Why the last `enter` did nothing.
  var problem: String?
}

extension ConfigEdit {
  mutating func reduce(_ command: WorkbenchCommand, config: ConfigState) -> Outcome {
    guard let value = config.values.first(where: { $0.key == key }), let live = value.edit else { return .close }
    problem = nil
    switch command {
    case .decreaseValue, .increaseValue: step(by: command == .increaseValue ? 1 : -1, live.choices)
    case .eraseCharacter: _ = text.popLast()
    case .confirm:
      problem = live.problem(text)
      guard problem == nil else { break }
      return text == value.value ? .close : Outcome.send(.change(key: key, value: text)).closing()
    default: break
    }
    return .nothing
  }

  mutating func type(_ character: Character) {
    problem = nil
    let isMeant = character.isASCII && (character.isNumber || character.isLetter || ".+-%_".contains(character))
    if isMeant, text.count < ConfigEdit.longestText { text.append(character) }
  }

  /// Goes to the next or the previous of the values offered; from a value between them to its neighbour.
  mutating func step(by delta: Int, _ choices: [String]) {
    guard !choices.isEmpty else { return }
    if let index = choices.firstIndex(of: text) {
      text = choices[(index + delta + choices.count) % choices.count]
    } else if let here = Double(text) {
      let next =
        delta > 0
        ? choices.first { Double($0).map { $0 > here } ?? false }
        : choices.last { Double($0).map { $0 < here } ?? false }
      text = next ?? choices[delta > 0 ? choices.count - 1 : 0]
    } else {
      text = choices[0]
    }
  }
}
