extension Key {
  /// The key with a label, as help and scripts write it: `p`, `space`, `enter`, `^C`, `F1`.
  package init?(label: String) {
    if let known = Self.named[label.lowercased()] {
      self = known
    } else if label.count == 1, let character = label.first {
      self = .character(character)
    } else if label.count == 2, label.hasPrefix("^"), let letter = label.lowercased().last, letter.isLetter {
      self = .control(letter)
    } else if label.uppercased().hasPrefix("F"), let number = Int(label.dropFirst()), (1...24).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }

  private static let named: [String: Key] = Dictionary(
    uniqueKeysWithValues: [
      Key.character(" "), .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .enter, .escape, .tab, .backTab,
      .backspace, .delete,
    ].map { ($0.label, $0) })
}
