import Canvas

/// What a terminal can show, decided from what it says of itself and from what a person asked for.
package struct TerminalCapabilities: Equatable, Sendable {
  package var color: ColorLevel
  package var glyphs: GlyphLevel
  /// Whether text beyond ASCII (names, captions) may be sent at all.
  package var unicode: Bool

  package init(color: ColorLevel, glyphs: GlyphLevel, unicode: Bool) {
    self.color = color
    self.glyphs = glyphs
    self.unicode = unicode
  }

  /// - Parameters:
  ///   - environment: `TERM`, `NO_COLOR` and `COLORTERM` are read.
  ///   - codeset: of the locale (`nl_langinfo(CODESET)`): what the terminal understands cannot be asked, and curses
  ///     sends wide characters in any locale without complaint.
  ///   - colors: how many the terminal type has, 0 for none.
  ///   - colorChoice: `--color`; goes before `NO_COLOR` (no-color.org: set and not empty), but never beyond what the
  ///     terminal has.
  ///   - glyphChoice: `--glyphs` or `--ascii`, or else what the theme wants; nil for automatic. Goes before the locale
  ///     only downwards.
  package static func detect(
    environment: [String: String], codeset: String, colors: Int, colorChoice: ColorChoice = .auto,
    glyphChoice: GlyphLevel? = nil
  ) -> TerminalCapabilities {
    let unicode = isUTF8(codeset)
    // The font of the Linux console has block elements and lines, but no Braille.
    let finest: GlyphLevel = !unicode ? .ascii : environment["TERM"] == "linux" ? .block : .braille
    let wished: GlyphLevel
    switch glyphChoice {
    case nil: wished = finest
    case .ascii: wished = .ascii
    case .block: wished = unicode ? .block : .ascii
    case .braille: wished = unicode ? .braille : .ascii
    }
    return TerminalCapabilities(
      color: color(environment: environment, available: ColorLevel(colors: colors), choice: colorChoice),
      glyphs: wished, unicode: unicode)
  }

  /// Whether the environment promises colours by red, green and blue. GNU screen hands the promise on and breaks it;
  /// tmux, which often goes by the same terminal type, keeps it.
  package static func promisesTruecolor(_ environment: [String: String]) -> Bool {
    let term = environment["TERM"] ?? ""
    if term.hasSuffix("-direct") { return true }
    guard ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased()) else { return false }
    return !term.hasPrefix("screen") || environment["TMUX"] != nil
  }

  /// Whether a person wants truecolour and the terminal promises it, or the person insists.
  static func wantsTruecolor(_ environment: [String: String], choice: ColorChoice) -> Bool {
    switch choice {
    case .truecolor: true
    case .auto: promisesTruecolor(environment) && (environment["NO_COLOR"] ?? "").isEmpty
    default: false
    }
  }

  private static func color(
    environment: [String: String], available: ColorLevel, choice: ColorChoice
  ) -> ColorLevel {
    if let level = choice.level { return min(level, available) }
    if let value = environment["NO_COLOR"], !value.isEmpty { return .mono }
    return available
  }

  private static func isUTF8(_ codeset: String) -> Bool {
    let plain = codeset.uppercased().filter { $0 != "-" && $0 != "_" }
    return plain == "UTF8"
  }
}
