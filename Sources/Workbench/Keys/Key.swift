/// A key as the terminal decoded it.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// Control with a lower-case letter: `control("c")`.
  case control(Character)
  case up, down, left, right
  case pageUp, pageDown, home, end
  case enter, escape, tab, backTab, backspace, delete
  case function(Int)

  /// What the key is called in the footer, the help screen and the README.
  package var label: String {
    switch self {
    case .character(" "): "space"
    case .character(let character): String(character)
    case .control(let letter): "^" + letter.uppercased()
    case .up: "up"
    case .down: "down"
    case .left: "left"
    case .right: "right"
    case .pageUp: "pgup"
    case .pageDown: "pgdn"
    case .home: "home"
    case .end: "end"
    case .enter: "enter"
    case .escape: "esc"
    case .tab: "tab"
    case .backTab: "shift+tab"
    case .backspace: "backspace"
    case .delete: "del"
    case .function(let number): "F\(number)"
    }
  }
}
