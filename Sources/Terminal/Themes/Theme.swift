import Canvas

/// What each role looks like, at every colour level.
public struct Theme: Equatable, Sendable {
  /// How one role is drawn.
  public struct PaintSpec: Equatable, Sendable {
    /// nil: the terminal's own.
    public var foreground: Paint?
    public var background: Paint?
    /// With colours, and in their absence.
    public var attributes: Style.Attributes
    public var monoAttributes: Style.Attributes

    public init(
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
  public enum Ground: String, CaseIterable, Sendable { case dark, light, any }

  public var name: String
  /// One line for people.
  public var about: String
  public var ground: Ground
  /// Glyphs that this theme wants; nil leaves them to the terminal.
  public var glyphs: GlyphLevel?
  /// Whether pictures keep their colours; a theme without colours shows them by brightness.
  public var usesColor: Bool
  public var specs: [Role: PaintSpec]

  public init(
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
  public func spec(_ role: Role) -> PaintSpec {
    var spec = specs[role] ?? PaintSpec()
    if spec.background == nil { spec.background = specs[.text]?.background }
    return spec
  }
}

/// A theme that cannot be used, in one sentence: file, line, key, what was found, what is allowed.
public struct ThemeError: Error, Equatable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) {
    self.description = description
  }
}
