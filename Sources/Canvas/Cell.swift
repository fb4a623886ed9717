/// One place of the grid: a base character with its combining marks.
///
/// A plain value without references: a frame copies and compares thousands of them.
public struct Cell: Equatable, Sendable {
  /// Columns that the text takes: 1, 2 (the next cell is then its right half), or 0 for such a right half.
  public var width: Int8
  public var style: Style
  private var packed: PackedScalars

  /// - Parameter text: what stands here; what is beyond a base character and four marks is left out.
  public init(_ text: String, width: Int8 = 1, style: Style = .plain) {
    self.init(PackedScalars(text.unicodeScalars), width: width, style: style)
  }

  init(_ packed: PackedScalars, width: Int8, style: Style) {
    self.packed = packed
    self.width = width
    self.style = style
  }

  public static let blank = Cell(" ")

  /// What stands here; empty in the right half of a wide character, a space where nothing was drawn.
  public var text: String {
    var text = ""
    forEachScalar { text.unicodeScalars.append($0) }
    return text
  }

  /// The base character; nil in the right half of a wide one.
  public var base: Unicode.Scalar? { packed.first }
  public var isBlank: Bool { packed == .space }
  public var isASCII: Bool { packed.isASCII }

  /// Goes through the base character and its marks without making a text of them.
  public func forEachScalar(_ body: (Unicode.Scalar) -> Void) { packed.forEach(body) }
}
