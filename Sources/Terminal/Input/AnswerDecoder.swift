/// Picks a terminal's answers (``TerminalAnswer``) out of its input, wherever that is cut; everything else is
/// for the keys, in order.
///
/// What begins like an answer is held back until it is clear whether it is one, and handed on where nothing follows in
/// time. While answers are expected this holds even for ESC alone. When none is expected, ESC alone is the key ESC at
/// once; an answer that was cut there is still recognised by the rest. Of an answer that is broken, or has no end,
/// nothing is left to press keys, but what follows does.
package struct AnswerDecoder {
  package enum Decoded: Equatable, Sendable {
    case input(KeyDecoder.Input)
    /// Nothing followed for as long as a key may take.
    case pause
  }

  private enum Place: Equatable {
    /// What came of a beginning.
    case outside([UInt32])
    case inside(TerminalAnswer.Form, String)
    /// Behind ESC, which may begin the end.
    case closing(TerminalAnswer.Form, String)
  }

  /// Seconds within which the parts of an answer follow each other, and within which the end follows an ESC in it.
  private static let partTime = 1.0
  private static let escapeTime = 0.25
  /// Longer than any answer.
  private static let longest = 256
  /// Nobody types this many characters of a beginning in one go.
  private static let leastTypedByNobody = 3

  private var place = Place.outside([])
  /// Input held back: it may begin an answer, or end one.
  private var held: [Decoded] = []
  /// Whether the first part of the beginning has been handed on.
  private var isCut = false
  private var last = 0.0
  private var expectedUntil = -Double.infinity
  package private(set) var answers: [TerminalAnswer] = []

  package init() {}

  package mutating func expect(until end: Double) { expectedUntil = end }

  /// Whether the last answer is still to come, within the time that it may take.
  package func expects(at now: Double) -> Bool { now < expectedUntil }

  /// When ``flush(at:)`` has to be called though nothing came; nil if nothing is held back.
  package var deadline: Double? {
    held.isEmpty ? nil : last + Self.escapeTime
  }

  package mutating func takeAnswers() -> [TerminalAnswer] {
    defer { answers = [] }
    return answers
  }

  package mutating func decode(_ input: KeyDecoder.Input, at now: Double) -> [Decoded] {
    if case .inside = place, now - last > Self.partTime { place = .outside([]) }
    last = now
    guard case .character(let value) = input else { return release() + [.input(input)] }
    switch place {
    case .outside(let begun): return decode(value, behind: begun)
    case .inside(let form, let content): return decode(value, in: form, behind: content)
    case .closing(let form, let content):
      if value == 0x5C {
        finish(form, content)
        return []
      }
      return decode(value, behind: [27])
    }
  }

  /// Nothing more has come in one go.
  package mutating func flush(at now: Double) -> [Decoded] {
    var mayBeAnswer = true
    var begun: [UInt32] = []
    if case .outside(let some) = place {
      begun = some
      mayBeAnswer = !isCut && (expects(at: now) || begun.count >= Self.leastTypedByNobody)
    }
    if held.isEmpty {
      // Of a beginning that was cut, the rest comes in one go.
      return isCut ? release() : []
    }
    if mayBeAnswer, now < last + Self.escapeTime {
      if held.last != .pause { held.append(.pause) }
      return []
    }
    let wasCut = isCut
    let released = release()
    if !wasCut { (place, isCut) = (.outside(begun), true) }
    return released
  }

  /// Hands on the input that was held back: it began no answer.
  private mutating func release() -> [Decoded] {
    defer { (place, held, isCut) = (.outside([]), [], false) }
    return held
  }

  private mutating func decode(_ value: UInt32, behind before: [UInt32]) -> [Decoded] {
    let begun = before + [value]
    for form in TerminalAnswer.Form.allCases where form.beginning.starts(with: begun) {
      if begun.count == form.beginning.count {
        _ = release()
        place = .inside(form, "")
      } else {
        place = .outside(begun)
        held.append(.input(.character(value)))
      }
      return []
    }
    let released = release()
    guard value == 27 else { return released + [.input(.character(value))] }
    place = .outside([value])
    held = [.input(.character(value))]
    return released
  }

  private mutating func decode(_ value: UInt32, in form: TerminalAnswer.Form, behind content: String) -> [Decoded] {
    guard let scalar = Unicode.Scalar(value), content.utf8.count < Self.longest else {
      place = .outside([])
      return decode(value, behind: [])
    }
    switch (value, form) {
    case (0x20...0x3F, .control), (0x20...0x7E, .graphics), (0x20...0x7E, .background):
      place = .inside(form, content + String(scalar))
    case (0x40...0x7E, .control): finish(form, content + String(scalar))
    case (7, .background): finish(form, content)
    case (27, .graphics), (27, .background):
      place = .closing(form, content)
      held = [.input(.character(value))]
    default:
      // No part of any answer, and perhaps the way out.
      place = .outside([])
      return decode(value, behind: [])
    }
    return []
  }

  private mutating func finish(_ form: TerminalAnswer.Form, _ content: String) {
    _ = release()
    guard let answer = TerminalAnswer(form, content) else { return }
    answers.append(answer)
    if answer == .end { expectedUntil = -Double.infinity }
  }
}
