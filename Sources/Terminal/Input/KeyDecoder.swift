import CNcurses
import Workbench

/// Makes keys of what a terminal sends. Bracketed paste, which could press any key, is dropped, and so are keys held
/// with Alt, which come as ESC and the key. What the terminal answers presses no keys either, and is told by
/// ``takeAnswers()``.
package struct KeyDecoder {
  /// What curses read.
  package enum Input: Equatable, Sendable {
    case character(UInt32)
    case special(Int32)
  }

  private var isPasting = false
  private var escapeWaits = false
  private var answers = AnswerDecoder()

  package init() {}

  /// The keys that an input completes; none where it means nothing or more must come. What arrives in one go is handed
  /// over in one go, then ``flush(at:)`` is called: an ESC with nothing behind it is the key ESC. Times are seconds of
  /// a monotonic clock.
  package mutating func decode(_ input: Input, at now: Double) -> [Key] {
    isPasting ? press(input).map { [$0] } ?? [] : press(answers.decode(input, at: now))
  }

  /// Nothing more has come.
  package mutating func flush(at now: Double) -> [Key] {
    press(answers.flush(at: now)) + (press(nil).map { [$0] } ?? [])
  }

  /// When ``flush(at:)`` has to be called though nothing came; nil if nothing is held back.
  package var deadline: Double? { answers.deadline }

  /// Answers are on their way, up to this time.
  package mutating func expectAnswers(until end: Double) { answers.expect(until: end) }

  /// Whether the last answer is still to come, within the time that it may take.
  package func expectsAnswers(at now: Double) -> Bool { answers.expects(at: now) }

  /// What the terminal has answered since the last call.
  package mutating func takeAnswers() -> [TerminalAnswer] { answers.takeAnswers() }

  private mutating func press(_ decoded: [AnswerDecoder.Decoded]) -> [Key] {
    decoded.compactMap {
      switch $0 {
      case .input(let input): press(input)
      case .pause: press(nil)
      }
    }
  }

  /// The key of an input, or of an ESC with nothing behind it.
  private mutating func press(_ input: Input?) -> Key? {
    let isBehindEscape = escapeWaits
    escapeWaits = false
    switch input {
    case nil: return isBehindEscape ? .escape : nil
    case .special(Int32(CN_PASTE_BEGIN.number)):
      isPasting = true
      return nil
    case .special(Int32(CN_PASTE_END.number)):
      isPasting = false
      return nil
    case .character(27) where isPasting:
      // Terminals filter ESC out of what is pasted: the end of the paste was lost.
      isPasting = false
      return .escape
    case _ where isPasting: return nil
    case .special(let code): return Self.special(code)
    case .character(27):
      // ESC twice is ESC once more.
      escapeWaits = true
      return isBehindEscape ? .escape : nil
    case .character(let value): return isBehindEscape ? nil : Self.character(value)
    }
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
