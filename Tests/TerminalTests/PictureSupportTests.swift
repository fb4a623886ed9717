import Terminal
import Testing

@Suite struct PictureSupportTests {
  @Test(arguments: [
    (["TERM": "xterm-kitty"], true),
    (["TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"], true),
    (["TERM": "xterm-ghostty"], true),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"], true),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"], true),
    (["TERM": "wezterm"], true),
    (["TERM": "xterm-256color", "KONSOLE_VERSION": "230401"], true),
    (["TERM": "xterm-256color"], false),
    (["TERM": "xterm-256color", "KITTY_WINDOW_ID": ""], false),
    (["TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"], false),
    (["TERM": "linux"], false),
    ([:], false),
    // tmux and screen stand between, whatever the terminal outside has set.
    (["TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"], false),
    (["TERM": "screen-256color", "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"], false),
    (["TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"], false),
    (["TERM": "xterm-kitty", "STY": "1.pts-0.host"], false),
  ])
  func theEnvironmentSuggests(_ environment: [String: String], _ isLikely: Bool) {
    #expect(PictureSupport.isLikely(environment) == isLikely)
  }

  @Test func onlyWhoWantsPixelsIsAsked() {
    let kitty = ["TERM": "xterm-kitty"]
    let full = TerminalCapabilities(color: .truecolor, glyphs: .braille, unicode: true)
    #expect(PictureSupport.asks(.auto, environment: kitty, capabilities: full))
    #expect(!PictureSupport.asks(.cells, environment: kitty, capabilities: full))
    #expect(!PictureSupport.asks(.kitty, environment: kitty, capabilities: full), "there is nothing to ask")
    #expect(!PictureSupport.asks(.auto, environment: ["TERM": "xterm"], capabilities: full))
    var plain = full
    plain.color = .mono
    #expect(!PictureSupport.asks(.auto, environment: kitty, capabilities: plain))
    plain = full
    plain.glyphs = .ascii
    #expect(!PictureSupport.asks(.auto, environment: kitty, capabilities: plain))
  }

  private func answer(_ text: String) -> PictureAnswer {
    var answer = PictureAnswer()
    text.utf8.forEach { answer.take($0) }
    return answer
  }

  @Test func answers() {
    let attributes = "\u{1B}[?62;c"
    let yes = answer("\u{1B}_Gi=31;OK\u{1B}\\" + attributes)
    #expect(yes.isYes && yes.isComplete && yes.typed.isEmpty)
    let no = answer(attributes)
    #expect(!no.isYes && no.isComplete)
    let refused = answer("\u{1B}_Gi=31;EINVAL:unknown\u{1B}\\" + attributes)
    #expect(!refused.isYes && refused.isComplete)
    #expect(!answer("\u{1B}_Gi=3;OK\u{1B}\\").isYes, "another's")
    let cut = answer("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?6")
    #expect(cut.isYes && !cut.isComplete)
  }

  @Test func whatIsTypedMeanwhileIsKept() {
    let answer = answer("p\u{1B}_Gi=31;OK\u{1B}\\3\u{1B}[A\u{1B}[?1;2c")
    #expect(answer.isYes && answer.isComplete)
    #expect(answer.typed == Array("p3".utf8), "but for keys of several bytes")
  }
}
