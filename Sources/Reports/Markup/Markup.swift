import Canvas

/// A piece of HTML or SVG. What is interpolated is escaped: texts of stores may come from anywhere.
///
/// A piece that is interpolated stays what it is; so does a number.
package struct Markup: ExpressibleByStringInterpolation, Equatable, Sendable {
  package private(set) var html: String

  package init(stringLiteral value: String) { html = value }
  package init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }
  init(_ parts: some Sequence<Markup>, separator: String = "") { html = parts.map(\.html).joined(separator: separator) }

  static let none: Markup = ""

  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }
  static func += (left: inout Markup, right: Markup) { left.html += right.html }

  package struct StringInterpolation: StringInterpolationProtocol {
    var html = ""

    package init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { html += literal }
    package mutating func appendInterpolation(_ text: String) { html += Markup.escaped(text) }
    package mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    package mutating func appendInterpolation(_ number: Int) { html += String(number) }
  }

  /// A text as HTML and its attributes may hold it, without characters that turn or hide what follows.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in sanitised(text) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}
