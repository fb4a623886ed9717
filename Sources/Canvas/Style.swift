/// A colour by meaning, or by value where the content is a picture.
public enum Ink: Equatable, Hashable, Sendable {
  case role(Role)
  case rgb(UInt8, UInt8, UInt8)
}

/// How a cell is drawn.
public struct Style: Equatable, Hashable, Sendable {
  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
  }

  /// A role stands for everything that a theme says of it, its background and attributes included.
  public var foreground: Ink
  /// nil: the background of the foreground's role, or else the terminal's own.
  public var background: Ink?
  public var attributes: Attributes

  public init(_ role: Role = .text, _ attributes: Attributes = []) {
    self.init(foreground: .role(role), attributes: attributes)
  }

  public init(foreground: Ink, background: Ink? = nil, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  public static let plain = Style()
}
