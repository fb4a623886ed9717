/// A colour by meaning, or by value where the content is a picture.
package enum Ink: Equatable, Hashable, Sendable {
  case role(Role)
  case rgb(UInt8, UInt8, UInt8)
}

/// How a cell is drawn.
package struct Style: Equatable, Hashable, Sendable {
  package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let reverse = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
  }

  /// A role stands for everything that a theme says of it, its background and attributes included.
  package var foreground: Ink
  /// nil: the background of the foreground's role, or else the terminal's own.
  package var background: Ink?
  package var attributes: Attributes

  package init(_ role: Role = .text, _ attributes: Attributes = []) {
    self.init(foreground: .role(role), attributes: attributes)
  }

  package init(foreground: Ink, background: Ink? = nil, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  package static let plain = Style()
}
