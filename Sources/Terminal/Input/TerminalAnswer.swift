import Foundation

/// What a terminal says when it is asked (``TerminalQuestions``).
package enum TerminalAnswer: Equatable, Sendable {
  /// It has Kitty's graphics protocol.
  case pictures
  /// Its background is dark or light.
  case background(Theme.Ground)
  /// The device attributes, which every terminal tells: the last question, so nothing more comes.
  case end

  /// How an answer is written.
  package enum Form: CaseIterable, Sendable {
    /// `ESC [ ? ...` up to a letter.
    case control
    /// `ESC _ G ...` up to ESC and a backslash.
    case graphics
    /// `ESC ] 11 ; ...` up to the same, or BEL.
    case background

    /// What it begins with. No key sends this.
    var beginning: [UInt32] {
      switch self {
      case .control: [27, 0x5B, 0x3F]
      case .graphics: [27, 0x5F, 0x47]
      case .background: [27, 0x5D, 0x31, 0x31, 0x3B]
      }
    }
  }

  /// - Parameter content: What stands between the beginning and the end; of a control, its last letter too.
  package init?(_ form: Form, _ content: String) {
    switch form {
    case .control where content.hasSuffix("c"): self = .end
    case .graphics where content == "i=\(KittyGraphics.questionID);OK": self = .pictures
    case .background:
      guard let ground = Self.ground(content) else { return nil }
      self = .background(ground)
    default: return nil
    }
  }

  /// Of a colour in the way of X: `rgb:` or `rgba:` and one to four hexadecimal digits for each part.
  private static func ground(_ colour: String) -> Theme.Ground? {
    guard let colon = colour.firstIndex(of: ":"), ["rgb", "rgba"].contains(colour[..<colon]) else { return nil }
    let parts = colour[colour.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
    let values = parts.compactMap { part -> Double? in
      guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit), let value = Int(part, radix: 16) else {
        return nil
      }
      return Double(value) / Double((1 << (4 * part.count)) - 1)
    }
    guard values.count == parts.count, values.count >= 3 else { return nil }
    // By the weights of ITU-R BT.709.
    return 0.2126 * values[0] + 0.7152 * values[1] + 0.0722 * values[2] > 0.5 ? .light : .dark
  }
}
