import CNcurses
import Terminal
import Testing
import Workbench

/// What a terminal answers, among what is typed and cut anywhere.
@Suite struct AnswerDecoderTests {
  private static let yes = "\u{1B}_Gi=31;OK\u{1B}\\"
  private static let light = "\u{1B}]11;rgb:ffff/fafa/f0f0\u{1B}\\"
  private static let darkByBell = "\u{1B}]11;rgb:1e/1e/1e\u{07}"
  private static let attributes = "\u{1B}[?62;4c"

  private func inputs(_ text: String) -> [KeyDecoder.Input] { text.unicodeScalars.map { .character($0.value) } }

  private struct Heard: Equatable {
    var keys: [Key] = []
    var answers: [TerminalAnswer] = []
  }

  /// What comes of parts that arrive one after the other, each with silence behind it.
  private func heard(_ parts: [[KeyDecoder.Input]], apart seconds: Double = 0.05, expected: Bool = true) -> Heard {
    var decoder = KeyDecoder()
    if expected { decoder.expectAnswers(until: 100) }
    var heard = Heard()
    var now = 1.0
    for part in parts {
      for input in part { heard.keys += decoder.decode(input, at: now) }
      heard.keys += decoder.flush(at: now)
      heard.answers += decoder.takeAnswers()
      now += seconds
      if let deadline = decoder.deadline, deadline <= now { heard.keys += decoder.flush(at: deadline) }
    }
    heard.keys += decoder.flush(at: now + 10)
    return heard
  }

  private func characters(_ text: String) -> [Key] { text.map { .character($0) } }

  @Test func answersAreNoKeysWhereverTheyAreCut() {
    let text = "q" + Self.yes + "8" + Self.light + Self.attributes + "p1"
    let whole = Heard(keys: characters("q8p1"), answers: [.pictures, .background(.light), .end])
    let all = inputs(text)
    #expect(heard([all]) == whole)
    #expect(heard(all.map { [$0] }) == whole, "byte by byte")
    for cut in 1..<all.count {
      #expect(heard([Array(all[..<cut]), Array(all[cut...])]) == whole, "cut at \(cut)")
      for second in (cut + 1)..<max(cut + 1, all.count) {
        let parts = [Array(all[..<cut]), Array(all[cut..<second]), Array(all[second...])]
        #expect(heard(parts) == whole, "cut at \(cut) and \(second)")
      }
    }
  }

  /// Nobody waits any more: only ESC alone, with the rest later than a key may take, is taken for the key.
  @Test func lateAnswersAreStillRecognised() {
    for answer in [Self.yes, Self.light, Self.darkByBell, Self.attributes] {
      let all = inputs(answer + "p")
      for cut in 1..<all.count {
        let result = heard([Array(all[..<cut]), Array(all[cut...])], expected: false)
        #expect(
          result.keys == (cut == 1 ? [.escape] : []) + characters("p"), "\(answer.debugDescription) cut at \(cut)")
        #expect(result.answers.count == 1, "\(answer.debugDescription) cut at \(cut)")
      }
    }
  }

  @Test func whatIsTypedIsKeptInOrder() {
    let up = KeyDecoder.Input.special(Int32(CN_UP))
    // ESC while answers are expected, and what is typed behind it: neither is lost, nor is it Alt.
    #expect(heard([inputs("\u{1B}"), inputs("p")]).keys == [.escape] + characters("p"))
    #expect(heard([inputs("\u{1B}"), inputs("["), inputs("x")]).keys == [.escape] + characters("[x"))
    #expect(heard([inputs("\u{1B}"), [up], inputs(Self.light + "p")]).keys == [.escape, .up] + characters("p"))
    #expect(heard([inputs("\u{1B}"), inputs("\u{1B}"), inputs(Self.light)]).keys == [.escape, .escape])
    #expect(
      heard([inputs("\u{1B}"), inputs(Self.light + "é")])
        == Heard(
          keys: [.escape, .character("é")], answers: [.background(.light)]))
    #expect(heard([inputs("\u{1B}q" + Self.yes + "\u{1B}[x")]).keys == characters("x"), "Alt+q and Alt+[")
    // Typed, not sent by a terminal.
    for typed in ["[?1c", "_Gi", "]11;rgb"] {
      let parts = [inputs("\u{1B}")] + typed.map { inputs(String($0)) }
      #expect(heard(parts, apart: 0.3).keys == [.escape] + characters(typed))
      #expect(heard(parts, apart: 0.3, expected: false).keys == [.escape] + characters(typed))
    }
  }

  @Test func escapeWaitsOnlyWhileAnswersAreExpected() {
    var decoder = KeyDecoder()
    decoder.expectAnswers(until: 5)
    #expect(decoder.decode(.character(27), at: 1) == [] && decoder.flush(at: 1) == [])
    #expect(decoder.deadline == 1.25)
    #expect(decoder.flush(at: 1.25) == [.escape] && decoder.deadline == nil)
    for input in inputs(Self.attributes) { #expect(decoder.decode(input, at: 2) == []) }
    #expect(!decoder.expectsAnswers(at: 2) && decoder.takeAnswers() == [.end])
    #expect(decoder.decode(.character(27), at: 3) == [] && decoder.flush(at: 3) == [.escape])
    decoder.expectAnswers(until: 5)
    #expect(decoder.expectsAnswers(at: 4.9) && !decoder.expectsAnswers(at: 5))
    #expect(decoder.decode(.character(27), at: 6) == [] && decoder.flush(at: 6) == [.escape])
  }

  /// Whatever the terminal began to say, keys are free again: by a key with control held, by one of several bytes, by
  /// ESC, by time, by length.
  @Test func anAnswerWithoutAnEndSwallowsNothingForEver() {
    for begun in ["\u{1B}_Gi=31", "\u{1B}]11;rgb:ff", "\u{1B}[?62;"] {
      #expect(heard([inputs(begun), inputs("\u{3}p")]).keys == [.control("c")] + characters("p"))
      #expect(heard([inputs(begun), [.special(Int32(CN_UP))], inputs("p")]).keys == [.up] + characters("p"))
      #expect(heard([inputs(begun), inputs("漢p")]).keys == characters("漢p"))
      #expect(heard([inputs(begun), inputs("\u{1B}"), inputs("p")]).keys == [.escape] + characters("p"))
      #expect(heard([inputs(begun), inputs("p")], apart: 1.1).keys == characters("p"))
      #expect(heard([inputs(begun + Self.light)]).answers == [.background(.light)], "the next one counts")
      #expect(
        heard([inputs(begun + String(repeating: "1", count: 2000) + "\u{C}q")]).keys.suffix(2) == [
          .control("l"), .character("q"),
        ])
    }
  }

  @Test func garbageIsNoAnswer() {
    let garbage = [
      "\u{1B}_Gi=31;EINVAL:unknown\u{1B}\\", "\u{1B}_Gi=3;OK\u{1B}\\", "\u{1B}]11;\u{07}", "\u{1B}]11;rgb:\u{07}",
      "\u{1B}]11;rgb:ff/ff\u{07}", "\u{1B}]11;rgb:ff/ff/xx\u{07}", "\u{1B}]11;rgb:ff/ff/\u{07}",
      "\u{1B}]11;rgb:fffff/ff/ff\u{07}", "\u{1B}]11;white\u{1B}\\", "\u{1B}]11;rgb:-1/ff/ff\u{07}", "\u{1B}[?997;1n",
    ]
    for text in garbage {
      #expect(heard([inputs(text + "p")]) == Heard(keys: characters("p")), "\(text.debugDescription)")
    }
    // Every beginning of every answer, and every byte behind it, leaves the keys usable.
    for text in [Self.yes, Self.light, Self.attributes] {
      for length in 1..<text.unicodeScalars.count {
        for byte in UInt32(0)..<256 {
          let begun = Array(inputs(text)[..<length]) + [.character(byte)]
          #expect(heard([begun, inputs("p")], apart: 1.1).keys.last == .character("p"), "\(length) \(byte)")
        }
      }
    }
  }

  @Test(arguments: [
    ("rgb:0/0/0", Theme.Ground.dark), ("rgb:f/f/f", .light), ("rgb:000000/000000/000000", nil),
    ("rgb:2b2b/3030/3b3b", .dark),
    ("rgb:fdfd/f6f6/e3e3", .light), ("rgba:ffff/ffff/ffff/8080", .light), ("rgb:0000/ffff/0000", .light),
    ("rgb:0000/0000/ffff", .dark), ("rgb:00/2b/36", .dark), ("RGB", nil), ("", nil),
  ]) func luminanceDecides(_ colour: String, _ ground: Theme.Ground?) {
    #expect(TerminalAnswer(.background, colour) == ground.map { .background($0) })
  }
}
