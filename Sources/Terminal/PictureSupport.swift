/// What a person asked for with `--pictures`.
public enum PictureChoice: String, CaseIterable, Sendable {
  /// Pixels where the terminal says that it has Kitty's protocol.
  case auto
  /// Pixels without asking.
  case kitty
  /// Characters.
  case cells
}

/// Whether a terminal shows pictures in pixels by Kitty's graphics protocol.
///
/// The environment alone is no proof: `TERM` and the variables that terminals set go on through mosh and zellij, and into terminals
/// begun from one another, where pictures would be blank rectangles. Nor is every terminal asked: one that prints what it does
/// not understand, or never answers, would be worse off than without pictures. So the terminal is asked where the environment suggests
/// that it could, and believed where it answers in time. An answer that comes later presses no keys (``KeyDecoder``).
package enum PictureSupport {
  /// Whether the environment names a terminal that has the protocol, and none that stands between. tmux and GNU screen keep it
  /// from the terminal.
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

/// Reads what a terminal answers to ``KittyGraphics/question``, byte by byte.
package struct PictureAnswer {
  /// Whether the last answer, that of the device attributes, is in.
  package private(set) var isComplete = false
  /// Whether the terminal has the protocol.
  package private(set) var isYes = false
  /// What was typed meanwhile; keys of more than one byte are lost.
  package private(set) var typed: [UInt8] = []

  private enum Part { case text, escape, control, command, commandEscape }
  private var part = Part.text
  private var content: [UInt8] = []

  private static let escape: UInt8 = 0x1B
  /// Longer than any answer: what is typed after a cut one is not kept from the keys for ever.
  private static let longest = 256

  package init() {}

  package mutating func take(_ byte: UInt8) {
    switch part {
    case .text:
      if byte == Self.escape { part = .escape } else { typed.append(byte) }
    case .escape:
      content = []
      part = byte == UInt8(ascii: "[") ? .control : byte == UInt8(ascii: "_") ? .command : .text
    case .control:
      content.append(byte)
      guard (0x40...0x7E).contains(byte) else { break }
      if content.first == UInt8(ascii: "?"), byte == UInt8(ascii: "c") { isComplete = true }
      part = .text
    case .command:
      if byte == Self.escape { part = .commandEscape } else { content.append(byte) }
    case .commandEscape:
      let answer = String(decoding: content, as: UTF8.self)
      if answer == "Gi=\(KittyGraphics.questionID);OK" { isYes = true }
      part = .text
    }
    if content.count > Self.longest { part = .text }
  }
}
