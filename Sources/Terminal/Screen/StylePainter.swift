import Canvas

/// Turns styles, which speak of roles, into what a terminal of a colour level can draw.
struct StylePainter {
  /// A style in the terminal's terms. Colour -1 is the terminal's own.
  struct Drawn: Equatable, Hashable {
    var foreground: Int
    var background: Int
    var attributes: Style.Attributes
  }

  let theme: Theme
  let level: ColorLevel
  /// Colours of the terminal type; tells how `truecolor` packs red, green and blue.
  let colors: Int
  private var cache: [Style: Drawn] = [:]

  init(theme: Theme, level: ColorLevel, colors: Int) {
    self.theme = theme
    self.level = theme.usesColor ? level : .mono
    self.colors = colors
  }

  mutating func drawn(_ style: Style) -> Drawn {
    if let known = cache[style] { return known }
    let result = resolve(style)
    // Pictures bring many styles that do not come back.
    if cache.count > 8192 { cache.removeAll(keepingCapacity: true) }
    cache[style] = result
    return result
  }

  private func resolve(_ style: Style) -> Drawn {
    var attributes = style.attributes
    var foreground: Paint?
    var background: Paint?
    switch style.foreground {
    case .role(let role):
      let spec = theme.spec(role)
      attributes.formUnion(level == .mono ? spec.monoAttributes : spec.attributes)
      foreground = spec.foreground
      background = spec.background
    case .rgb(let red, let green, let blue):
      foreground = Paint(red: red, green: green, blue: blue)
      background = theme.spec(.text).background
    }
    switch style.background {
    case nil: break
    case .role(let role):
      // As a background, a role is the colour it stands on, or else its own colour.
      let spec = theme.spec(role)
      background = spec.background ?? spec.foreground
    case .rgb(let red, let green, let blue): background = Paint(red: red, green: green, blue: blue)
    }
    var drawn = Drawn(foreground: -1, background: -1, attributes: attributes)
    guard level > .mono else { return drawn }
    if let foreground { (drawn.foreground, drawn.attributes) = self.foreground(foreground, attributes) }
    if let background { drawn.background = index(background) }
    return drawn
  }

  /// Terminals of 8 colours show a bright colour as a bold one; bright black, which may be invisible there, as dim
  /// text.
  private func foreground(_ paint: Paint, _ attributes: Style.Attributes) -> (Int, Style.Attributes) {
    guard level == .eight, paint.index16 >= 8 else { return (index(paint), attributes) }
    return paint.index16 == 8 ? (-1, attributes.union(.dim)) : (Int(paint.index16) - 8, attributes.union(.bold))
  }

  private func index(_ paint: Paint) -> Int {
    switch level {
    case .mono: -1
    case .eight: Int(paint.index16 & 7)
    case .sixteen: Int(paint.index16)
    case .palette256: Int(paint.index256)
    case .truecolor: packed(paint)
    }
  }

  private func packed(_ paint: Paint) -> Int {
    guard colors >= 1 << 24 else { return DirectColorEntry.number(paint) }
    let value = Int(paint.red) << 16 | Int(paint.green) << 8 | Int(paint.blue)
    // The terminal types of full colour keep 1...7 for the named colours.
    return value < 8 ? 0 : value
  }
}
