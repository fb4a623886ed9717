import CNcurses
import Terminal
import Testing
import Workbench

@Suite struct KeyDecoderTests {
  private func special<Code: BinaryInteger>(_ code: Code) -> KeyDecoder.Input { .special(Int32(code)) }

  /// Keys of what arrived in one go.
  private func keys(_ inputs: [KeyDecoder.Input]) -> [Key] {
    var decoder = KeyDecoder()
    return inputs.flatMap { decoder.decode($0, at: 0) } + decoder.flush(at: 0)
  }

  private func characters(_ text: String) -> [KeyDecoder.Input] {
    text.unicodeScalars.map { .character($0.value) }
  }

  @Test func charactersAndControls() {
    #expect(keys(characters("pé漢")) == [.character("p"), .character("é"), .character("漢")])
    #expect(keys([.character(3), .character(12)]) == [.control("c"), .control("l")])
    #expect(keys([.character(9), .character(13), .character(10)]) == [.tab, .enter, .enter])
    #expect(keys([.character(127), .character(8)]) == [.backspace, .backspace])
    #expect(keys([.character(0), .character(28), .character(0x11_0000)]) == [])
  }

  @Test func specials() {
    #expect(
      keys([special(CN_UP), special(CN_PAGE_DOWN), special(CN_HOME), special(CN_BACK_TAB), special(CN_DELETE)])
        == [.up, .pageDown, .home, .backTab, .delete])
    #expect(keys([special(CN_F1), .special(Int32(CN_F1.rawOrSelf) + 11)]) == [.function(1), .function(12)])
    #expect(keys([special(CN_OTHER)]) == [])
  }

  @Test func escapeAloneIsAKeyAndAltIsNot() {
    #expect(keys([.character(27)]) == [.escape])
    #expect(keys([.character(27), .character(27)]) == [.escape, .escape])
    // Alt+q arrives as ESC and q at once: it must neither leave nor go back.
    #expect(keys([.character(27)] + characters("q")) == [])
    #expect(keys([.character(27)] + characters("qp")) == [.character("p")])
  }

  @Test func whatIsPastedPressesNothing() {
    #expect(
      keys([special(CN_PASTE_BEGIN)] + characters("q\nc") + [special(CN_PASTE_END)] + characters("p")) == [
        .character("p")
      ])
    // A paste that comes in two goes.
    var decoder = KeyDecoder()
    #expect(decoder.decode(special(CN_PASTE_BEGIN), at: 0) == [])
    #expect(decoder.flush(at: 0) == [])
    #expect(decoder.decode(.character(113), at: 0) == [])
    #expect(decoder.decode(special(CN_UP), at: 0) == [])
    // The end was lost: ESC frees the keys.
    #expect(decoder.decode(.character(27), at: 0) == [.escape])
    #expect(decoder.decode(.character(112), at: 0) == [.character("p")])
  }
}

extension BinaryInteger {
  fileprivate var rawOrSelf: Int { Int(self) }
}
