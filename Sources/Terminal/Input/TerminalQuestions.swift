/// What a terminal is asked. Nobody waits for the answers (``TerminalAnswer``), which come as keys do, between them and
/// at any time.
package struct TerminalQuestions: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Whether it has Kitty's graphics protocol.
  package static let pictures = TerminalQuestions(rawValue: 1)
  /// The colour of its background.
  package static let background = TerminalQuestions(rawValue: 2)

  /// Terminals that take OSC 11 for what it is. Others might print it.
  private static let knowingBackground = [
    "xterm", "tmux", "alacritty", "foot", "wezterm", "rxvt", "konsole", "vte", "st-",
  ]

  /// Whether to ask a terminal for its background: it answers, and its colours matter.
  package static func asksBackground(_ environment: [String: String], _ color: ColorLevel) -> Bool {
    let term = environment["TERM"] ?? ""
    return color != .mono
      && (knowingBackground.contains(where: term.hasPrefix) || ["kitty", "ghostty"].contains(where: term.contains))
  }

  /// The questions, and then the one for the primary device attributes, which every terminal answers: what has not been
  /// answered before that will not be.
  package var bytes: [UInt8] {
    guard !isEmpty else { return [] }
    let pictures = contains(.pictures) ? KittyGraphics.question : ""
    let background = contains(.background) ? "\u{1B}]11;?\u{1B}\\" : ""
    return Array((pictures + background + "\u{1B}[c").utf8)
  }
}
