/// A line of text that is being typed. Control characters never get in, and it never grows without end.
package struct TextField: Equatable, Sendable {
  static let longest = 200

  package private(set) var text: String

  package init(_ text: String = "") {
    self.text = text
  }

  mutating func type(_ character: Character) {
    let isPrintable = character.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
      default: true
      }
    }
    if isPrintable, text.count < Self.longest { text.append(character) }
  }

  mutating func erase() { _ = text.popLast() }
  mutating func clear() { text = "" }
  mutating func replace(by text: String) { self.text = String(text.prefix(Self.longest)) }
}
