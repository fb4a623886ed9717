import Canvas

/// What each role looks like, at every colour level.
package struct Theme: Equatable, Sendable {
  /// How one role is drawn.
  package struct PaintSpec: Equatable, Sendable {
    /// nil: the terminal's own.
    package var foreground: Paint?
    package var background: Paint?
    /// With colours, and in their absence.
    package var attributes: Style.Attributes
    package var monoAttributes: Style.Attributes

    package init(
      foreground: Paint? = nil, background: Paint? = nil, attributes: Style.Attributes = [],
      monoAttributes: Style.Attributes = []
    ) {
      self.foreground = foreground
      self.background = background
      self.attributes = attributes
      self.monoAttributes = monoAttributes
    }
  }

  /// Which backgrounds a theme is legible on.
  package enum Ground: String, CaseIterable, Sendable { case dark, light, any }

  package var name: String
  /// One line for people.
  package var about: String
  package var ground: Ground
  /// Glyphs that this theme wants; nil leaves them to the terminal.
  package var glyphs: GlyphLevel?
  /// Whether pictures keep their colours; a theme without colours shows them by brightness.
  package var usesColor: Bool
  package var specs: [Role: PaintSpec]

  package init(
    name: String, about: String = "", ground: Ground = .any, glyphs: GlyphLevel? = nil, usesColor: Bool = true,
    specs: [Role: PaintSpec]
  ) {
    self.name = name
    self.about = about
    self.ground = ground
    self.glyphs = glyphs
    self.usesColor = usesColor
    self.specs = specs
  }

  /// A role without a background of its own stands on that of `text`.
  package func spec(_ role: Role) -> PaintSpec {
    var spec = specs[role] ?? PaintSpec()
    if spec.background == nil { spec.background = specs[.text]?.background }
    return spec
  }
}

/// A theme that cannot be used, in one sentence: file, line, key, what was found, what is allowed.
package struct ThemeError: Error, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
