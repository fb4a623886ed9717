import Terminal
import Testing

@Suite struct TerminalQuestionsTests {
  @Test func theDeviceAttributesAreAskedLast() {
    let both: TerminalQuestions = [.background, .pictures]
    #expect(
      String(decoding: both.bytes, as: UTF8.self)
        == "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\\u{1B}]11;?\u{1B}\\\u{1B}[c")
    #expect(String(decoding: TerminalQuestions.background.bytes, as: UTF8.self) == "\u{1B}]11;?\u{1B}\\\u{1B}[c")
    #expect(TerminalQuestions().bytes.isEmpty)
  }

  @Test(arguments: [
    "xterm", "xterm-256color", "tmux-256color", "alacritty", "foot-extra", "xterm-kitty", "xterm-ghostty", "ghostty",
    "wezterm",
    "rxvt-unicode-256color", "konsole-256color", "vte-256color", "st-256color",
  ]) func terminalsThatKnowTheQuestionAreAsked(_ term: String) {
    #expect(TerminalQuestions.asksBackground(["TERM": term], .eight))
    #expect(!TerminalQuestions.asksBackground(["TERM": term], .mono), "there is nothing to colour")
  }

  @Test(arguments: ["linux", "vt100", "vt220", "screen", "screen-256color", "dumb", "", "ansi", "cygwin", "stone"])
  func othersAreNot(_ term: String) {
    #expect(!TerminalQuestions.asksBackground(["TERM": term], .truecolor))
  }
}
