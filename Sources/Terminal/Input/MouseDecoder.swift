import CNcurses
import Workbench

/// Picks the reports of the mouse out of what a terminal sends: `ESC [ < button ; column ; row` and `M` for pressed or
/// `m` for let go (xterm's mode 1006), and `ESC [ M` with three characters, which terminals send that know no other
/// form. Everything else is for the ``KeyDecoder``.
///
/// A report that is broken, or was cut where curses could not see what it is, presses no keys; only ESC alone, with the
/// rest coming later than a key may take, is the key ESC.
package struct MouseDecoder {
  package enum Decoded: Equatable, Sendable {
    /// Of a report that is not whole yet, or that means nothing.
    case part
    case event(PointerEvent)
    /// No part of a report.
    case others([KeyDecoder.Input])
  }

  private enum Place: Equatable {
    case outside
    /// Behind `ESC [ <`: what came of the numbers.
    case numbers(String)
    /// Behind something in them that is no number: up to the end of the report, or of what came in one go.
    case broken
    /// Behind `ESC [ M`: the characters so far.
    case characters([UInt32])
  }

  private static let escape: UInt32 = 27
  private static let bracket: UInt32 = 0x5B
  /// Longer numbers are no cells of a screen.
  private static let longest = 16

  private var place = Place.outside
  private var isPasting = false
  /// ESC, and `[` behind it: more must come to tell what they begin.
  private var held: [UInt32] = []
  /// The same, where all that came went to the keys because nothing followed in time.
  private var cut: [UInt32] = []

  package init() {}

  package mutating func decode(_ input: KeyDecoder.Input) -> Decoded {
    switch input {
    case .special(let code): return special(Int(code))
    case .character(let value):
      if isPasting {
        isPasting = value != Self.escape
        return .others([input])
      }
      switch place {
      case .numbers(let text): return number(value, behind: text)
      case .broken: return number(value, behind: "broken")
      case .characters(let values): return old(value, behind: values)
      case .outside: return outside(value)
      }
    }
  }

  /// Nothing more has come for as long as a key may take.
  package mutating func flush() -> [KeyDecoder.Input] {
    // With `[` behind an ESC that has gone to the keys already, it was no report.
    cut = cut.isEmpty ? held : []
    defer { held = [] }
    switch place {
    case .broken, .characters: place = .outside
    case .numbers, .outside: break
    }
    return held.map { .character($0) }
  }

  private mutating func special(_ code: Int) -> Decoded {
    let before = release()
    place = .outside
    switch code {
    case CN_MOUSE.number where !isPasting: place = .numbers("")
    case CN_MOUSE_OLD.number where !isPasting: place = .characters([])
    default:
      isPasting = code == CN_PASTE_BEGIN.number || isPasting && code != CN_PASTE_END.number
      return .others(before + [.special(Int32(code))])
    }
    return before.isEmpty ? .part : .others(before)
  }

  /// Input that was held back and began nothing.
  private mutating func release() -> [KeyDecoder.Input] {
    defer { (held, cut) = ([], []) }
    return held.map { .character($0) }
  }

  private mutating func outside(_ value: UInt32) -> Decoded {
    let begun = cut + held
    if value == Self.escape {
      let before = release()
      held = [value]
      return before.isEmpty ? .part : .others(before)
    }
    if begun == [Self.escape], value == Self.bracket {
      held.append(value)
      return .part
    }
    if begun == [Self.escape, Self.bracket], value == 0x3C {
      (held, cut) = ([], [])
      place = .numbers("")
      return .part
    }
    return .others(release() + [.character(value)])
  }

  private mutating func number(_ value: UInt32, behind text: String) -> Decoded {
    switch value {
    case Self.escape:
      place = .outside
      return outside(value)
    case 0x4D, 0x6D:
      place = .outside
      return Self.event(text, isLetGo: value == 0x6D).map { .event($0) } ?? .part
    case 0..<0x20:
      // Keys with control held are no part of anything, and may be the way out.
      place = .outside
      return .others([.character(value)])
    case 0x30...0x39, 0x3B:
      if place != .broken, text.count < Self.longest { place = .numbers(text + String(UnicodeScalar(UInt8(value)))) }
    default: place = .broken
    }
    return .part
  }

  private mutating func old(_ value: UInt32, behind values: [UInt32]) -> Decoded {
    guard value >= 0x20 else {
      place = .outside
      return outside(value)
    }
    guard values.count == 2 else {
      place = .characters(values + [value])
      return .part
    }
    place = .outside
    let button = Int(values[0]) - 32
    let isLetGo = button & 3 == 3 && button & 64 == 0
    return Self.event(button, column: Int(values[1]) - 32, row: Int(value) - 32, isLetGo: isLetGo).map { .event($0) }
      ?? .part
  }

  private static func event(_ text: String, isLetGo: Bool) -> PointerEvent? {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard parts.count == 3, numbers.count == 3 else { return nil }
    return event(numbers[0], column: numbers[1], row: numbers[2], isLetGo: isLetGo)
  }

  /// xterm's numbers: the button in the two lowest bits, 4 for shift, 8 and 16 for the other modifiers, 32 for a move,
  /// 64 for the wheel. Columns and rows count from 1.
  private static func event(_ number: Int, column: Int, row: Int, isLetGo: Bool) -> PointerEvent? {
    let (isShift, isMove, isWheel) = (number & 4 != 0, number & 32 != 0, number & 64 != 0)
    // With shift held, the mouse is the terminal's.
    guard number < 128, !isShift, column > 0, row > 0 else { return nil }
    let buttons: [PointerEvent.Button?] = [.left, .middle, .right, nil]
    let kind: PointerEvent.Kind
    if isWheel {
      // Beyond these two it turns sideways.
      guard number & 3 < 2, !isLetGo else { return nil }
      kind = number & 3 == 0 ? .wheelUp : .wheelDown
    } else if isLetGo {
      kind = .release
    } else if let button = buttons[number & 3] {
      kind = isMove ? .drag(button) : .press(button)
    } else {
      return nil
    }
    return PointerEvent(kind, x: column - 1, y: row - 1)
  }
}
