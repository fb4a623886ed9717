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
}
