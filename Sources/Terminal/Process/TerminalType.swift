/// Terminal types to try, because many terminals name a type that Debian's terminfo lacks.
enum TerminalType {
  /// Terminals that understand what xterm does, by the beginning of their type's name.
  private static let likeXterm = [
    "xterm", "alacritty", "foot", "ghostty", "kitty", "wezterm", "contour", "rio", "konsole", "vte", "gnome", "iterm",
    "mintty", "st-", "stterm",
  ]

  /// The type of the environment first, then one that it is like.
  static func candidates(_ environment: [String: String]) -> [String] {
    let name = environment["TERM"] ?? ""
    var result = [name]
    if likeXterm.contains(where: name.hasPrefix) {
      result += ["xterm-256color", "xterm"]
    } else if name.hasPrefix("tmux") || name.hasPrefix("screen") {
      result += ["screen-256color", "screen"]
    }
    return result
  }
}
