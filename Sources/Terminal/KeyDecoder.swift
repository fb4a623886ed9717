import CNcurses
import Workbench

/// Makes keys of what a terminal sends. Bracketed paste, which could press any key, is dropped, and so are keys held
/// with Alt, which come as ESC and the key.
package struct KeyDecoder {
  /// What curses read.
  package enum Input: Equatable, Sendable {
    case character(UInt32)
    case special(Int32)
  }

  private var isPasting = false
  private var escapeWaits = false
  /// A report of the terminal that comes when nobody asks any more: its bytes press no keys.
  private var report: Report?
  /// `[` or `_` behind ESC: what follows tells whether a report begins.
  private var introducer: UInt32?

  private enum Report { case control, command }

  package init() {}

  /// The key that an input completes; nil where it means nothing or more must come. What arrives in one go is handed
  /// over in one go, then ``flush()`` is called: an ESC with nothing behind it is the key ESC.
  package mutating func decode(_ input: Input) -> Key? {
    switch input {
    case .special(Int32(CN_PASTE_BEGIN.number)):
      isPasting = true
      escapeWaits = false
      return nil
    case .special(Int32(CN_PASTE_END.number)):
      isPasting = false
      return nil
    case .character(27) where isPasting:
      // Terminals filter ESC out of what is pasted: the end of the paste was lost.
      isPasting = false
      return .escape
    case _ where isPasting: return nil
    case .special(let code):
      escapeWaits = false
      report = nil
      return Self.special(code)
    case .character(27) where report == .command:
      // ESC \ ends a command; of these the second presses nothing.
      report = nil
      escapeWaits = true
      return nil
    case .character(27):
      report = nil
      // ESC twice is ESC once more.
      defer { escapeWaits = true }
      return escapeWaits ? .escape : nil
    case .character(let value):
      if escapeWaits {
        escapeWaits = false
        introducer = value
        return nil
      }
      if isOfReport(value) { return nil }
      return Self.character(value)
    }
  }

  package mutating func flush() -> Key? {
    defer {
      escapeWaits = false
      introducer = nil
    }
    return escapeWaits ? .escape : nil
  }

  /// Answers to ``KittyGraphics/question``: device attributes, `ESC [ ?` up to a letter, and a graphics command, `ESC _ G` up to ESC.
  /// No key sends these.
  private mutating func isOfReport(_ value: UInt32) -> Bool {
    defer { introducer = nil }
    switch (report, introducer, Unicode.Scalar(value)) {
    case (.command, _, _): return true
    case (.control, _, _):
      if (0x40...0x7E).contains(value) { report = nil }
      return true
    case (nil, 0x5B, "?"): report = .control
    case (nil, 0x5F, "G"): report = .command
    default: return false
    }
    return true
  }

  private static func character(_ value: UInt32) -> Key? {
    switch value {
    case 9: .tab
    case 10, 13: .enter
    case 8, 127: .backspace
    case 1...26: Unicode.Scalar(value + 96).map { .control(Character($0)) }
    case 0..<32: nil
    default: Unicode.Scalar(value).map { .character(Character($0)) }
    }
  }

  private static func special(_ code: Int32) -> Key? {
    switch Int(code) {
    case CN_UP.number: .up
    case CN_DOWN.number: .down
    case CN_LEFT.number: .left
    case CN_RIGHT.number: .right
    case CN_HOME.number: .home
    case CN_END.number: .end
    case CN_PAGE_UP.number: .pageUp
    case CN_PAGE_DOWN.number: .pageDown
    case CN_DELETE.number: .delete
    case CN_BACKSPACE.number: .backspace
    case CN_ENTER.number: .enter
    case CN_BACK_TAB.number: .backTab
    case CN_F1.number..<(CN_F1.number + 24): .function(Int(code) - CN_F1.number + 1)
    default: nil
    }
  }
}

extension BinaryInteger {
  /// Constants of a C enumeration without a name come in whatever integer type the importer chose.
  var number: Int { Int(self) }
}
