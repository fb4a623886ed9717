import CNcurses
import Terminal
import Testing
import Workbench

@Suite struct MouseDecoderTests {
  private typealias Input = KeyDecoder.Input

  /// As it comes from curses, which knows how reports begin.
  private func known(_ text: String) -> [Input] { [.special(Int32(CN_MOUSE))] + raw(text) }

  /// As it comes byte by byte.
  private func raw(_ text: String) -> [Input] { text.unicodeScalars.map { .character($0.value) } }

  /// Events and keys of what came in several goes.
  private func decoded(_ goes: [[Input]]) -> (events: [PointerEvent], keys: [Key]) {
    var (mouse, keys) = (MouseDecoder(), KeyDecoder())
    var result: (events: [PointerEvent], keys: [Key]) = ([], [])
    func press(_ inputs: [Input]) { result.keys += inputs.flatMap { keys.decode($0, at: 0) } }
    for go in goes {
      for input in go {
        switch mouse.decode(input) {
        case .part: break
        case .event(let event): result.events.append(event)
        case .others(let inputs): press(inputs)
        }
      }
      press(mouse.flush())
      result.keys += keys.flush(at: 0)
    }
    return result
  }

  @Test(arguments: [
    ("0;1;1M", PointerEvent(.press(.left), x: 0, y: 0)), ("1;80;24M", PointerEvent(.press(.middle), x: 79, y: 23)),
    ("2;300;100M", PointerEvent(.press(.right), x: 299, y: 99)),
    ("0;5;6m", PointerEvent(.release, x: 4, y: 5)), ("32;5;6M", PointerEvent(.drag(.left), x: 4, y: 5)),
    ("34;5;6M", PointerEvent(.drag(.right), x: 4, y: 5)), ("64;5;6M", PointerEvent(.wheelUp, x: 4, y: 5)),
    ("65;5;6M", PointerEvent(.wheelDown, x: 4, y: 5)), ("42;5;6M", PointerEvent(.drag(.right), x: 4, y: 5)),
    ("16;5;6M", PointerEvent(.press(.left), x: 4, y: 5)),
  ]) func reports(_ text: String, _ event: PointerEvent) {
    for inputs in [known(text), raw("\u{1B}[<" + text)] {
      let result = decoded([inputs + raw("p")])
      #expect(result.events == [event] && result.keys == [.character("p")], "\(text)")
    }
  }

  @Test func reportsOfTheOldForm() {
    func old(_ button: Int, _ x: Int, _ y: Int) -> [Input] {
      [.special(Int32(CN_MOUSE_OLD))] + [button, x, y].map { .character(UInt32($0 + 32)) }
    }
    let result = decoded([old(0, 1, 1) + old(35, 9, 9) + old(32, 3, 4) + old(3, 3, 4) + old(65, 90, 40) + raw("p")])
    #expect(
      result.events == [
        PointerEvent(.press(.left), x: 0, y: 0), PointerEvent(.release, x: 8, y: 8),
        PointerEvent(.drag(.left), x: 2, y: 3), PointerEvent(.release, x: 2, y: 3),
        PointerEvent(.wheelDown, x: 89, y: 39),
      ])
    #expect(result.keys == [.character("p")])
    // What was lost on the way costs no key that comes later.
    #expect(
      decoded([[.special(Int32(CN_MOUSE_OLD))] + raw(" !"), raw("qc")]).keys == [.character("q"), .character("c")])
  }

  @Test(arguments: [
    "M", ";;M", "0;1M", "0;1;1;1M", "0;0;1M", "0;1;0m", "999;1;1M", "99999999999999999999;1;1M", "0;-1;1M", "4;5;6M",
    "3;5;6M", "35;5;6M", "66;5;6M", "64;5;6m", "128;5;6M", "0;1;1q", "0;1;?;1M", "0 ;1;1M", "p;1;1M", "p", "~",
  ]) func brokenReportsDoNothing(_ text: String) {
    for inputs in [known(text), raw("\u{1B}[<" + text)] {
      let result = decoded([inputs, raw("x")])
      #expect(result.events.isEmpty && result.keys == [.character("x")], "\(text): \(result)")
    }
  }

  /// However a report is cut, its parts press nothing; only what is cut behind ESC alone begins as the key ESC does.
  @Test func cutReportsPressNothing() {
    let whole = raw("\u{1B}[<0;10;5M")
    for cut in 1..<whole.count {
      let result = decoded([Array(whole[..<cut]), Array(whole[cut...]), raw("p")])
      #expect(result.events == [PointerEvent(.press(.left), x: 9, y: 4)], "cut at \(cut)")
      #expect(result.keys == (cut == 1 ? [.escape] : []) + [.character("p")], "cut at \(cut)")
    }
    let end = known("0;10;5M")
    for cut in 1..<end.count {
      let result = decoded([Array(end[..<cut]), Array(end[cut...])])
      #expect(result.events.count == 1 && result.keys.isEmpty)
    }
  }

  /// The end was lost: whatever can be a way out of it is one.
  @Test func keysGetThroughAReportWithoutAnEnd() {
    let begun = known("0;1")
    #expect(decoded([begun, [.character(3)]]).keys == [.control("c")])
    #expect(decoded([begun, [.special(Int32(CN_UP))]]).keys == [.up])
    #expect(decoded([begun, [.character(27)]]).keys == [.escape])
    #expect(decoded([begun, raw("q"), raw("q")]).keys == [.character("q")])
    #expect(decoded([begun, known("0;10;5M")]).events.count == 1)
  }

  @Test func everythingElseIsForTheKeys() {
    #expect(decoded([[.character(27)]]).keys == [.escape])
    #expect(decoded([[.character(27), .character(27)]]).keys == [.escape, .escape])
    #expect(decoded([[.character(27)], raw("["), raw("<")]).keys == [.escape, .character("["), .character("<")])
    #expect(decoded([raw("\u{1B}["), raw("p")]).keys == [.character("p")], "Alt+[ is no key")
    #expect(decoded([raw("\u{1B}q")]).keys == [])
    #expect(decoded([raw("[<0;1;1M")]).keys.count == 8)
    #expect(decoded([raw("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62;4cp")]).keys == [.character("p")])
  }

  @Test func whatIsPastedIsNoClick() {
    let (begin, end) = (Input.special(Int32(CN_PASTE_BEGIN)), Input.special(Int32(CN_PASTE_END)))
    let result = decoded([[begin] + known("0;1;1M") + raw("[<0;1;1M") + [end] + known("0;2;2M") + raw("p")])
    #expect(result.events == [PointerEvent(.press(.left), x: 1, y: 1)] && result.keys == [.character("p")])
  }
}
