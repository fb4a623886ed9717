/// What a person asked for with `--pictures`.
package enum PictureChoice: String, CaseIterable, Sendable {
  /// Pixels where the terminal says that it has Kitty's protocol.
  case auto
  /// Pixels without asking.
  case kitty
  /// Characters.
  case cells
}

/// Whether a terminal shows pictures in pixels by Kitty's graphics protocol.
///
/// The environment alone is no proof: `TERM` and the variables that terminals set go on through mosh and zellij, and
/// into terminals started from one another, where pictures would be blank rectangles. Nor is every terminal asked: one
/// that prints what it does not understand, or never answers, would be worse off than without pictures. So the terminal
/// is asked where the environment suggests that it could, and believed where it answers (``TerminalQuestions``).
package enum PictureSupport {
  /// Whether the environment names a terminal that has the protocol, and none that stands between. tmux and GNU screen
  /// keep it from the terminal.
  package static func isLikely(_ environment: [String: String]) -> Bool {
    let term = environment["TERM"] ?? ""
    let isBetween = ["TMUX", "STY"].contains { !(environment[$0] ?? "").isEmpty }
    if isBetween || term.hasPrefix("tmux") || term.hasPrefix("screen") { return false }
    let program = (environment["TERM_PROGRAM"] ?? "").lowercased()
    return ["kitty", "ghostty", "wezterm"].contains { term.contains($0) || program == $0 }
      || ["KITTY_WINDOW_ID", "KONSOLE_VERSION"].contains { !(environment[$0] ?? "").isEmpty }
  }

  /// Whether to ask a terminal, given what else is wanted; `kitty` and `cells` are no questions.
  package static func asks(_ choice: PictureChoice, environment: [String: String], capabilities: TerminalCapabilities)
    -> Bool
  {
    choice == .auto && isUsable(capabilities) && isLikely(environment)
  }

  /// Who wants no colours or nothing but ASCII wants no pixels either.
  package static func isUsable(_ capabilities: TerminalCapabilities) -> Bool {
    capabilities.color != .mono && capabilities.glyphs != .ascii
  }
}
