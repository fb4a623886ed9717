/// Height and width of a picture in pixels, or of a grid in patches. A whole number stands for a square.
package struct PlaneSize: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package init(square side: Int) { self.init(height: side, width: side) }

  /// Pixels, or patches, of the whole.
  package var area: Int { height * width }
  package var rowsAndColumns: (rows: Int, columns: Int) { (height, width) }
  package var isSquare: Bool { height == width }
  package var shorter: Int { min(height, width) }
  package var longer: Int { max(height, width) }
  /// Width over height.
  package var shape: Float { Float(width) / Float(max(height, 1)) }

  package func isMultiple(of side: Int) -> Bool { height % max(side, 1) == 0 && width % max(side, 1) == 0 }

  /// How many squares of a side fit along each side, whole ones.
  package static func / (size: PlaneSize, side: Int) -> PlaneSize {
    PlaneSize(height: size.height / max(side, 1), width: size.width / max(side, 1))
  }

  /// So many squares of a side. What no number holds wraps, and is no size that anything takes.
  package static func * (size: PlaneSize, side: Int) -> PlaneSize {
    PlaneSize(height: size.height &* side, width: size.width &* side)
  }
}

extension PlaneSize: ExpressibleByIntegerLiteral {
  package init(integerLiteral side: Int) { self.init(square: side) }
}

extension PlaneSize: CustomStringConvertible {
  /// `64`, or `128 x 64`: height, then width.
  package var description: String { isSquare ? "\(height)" : "\(height) x \(width)" }
  /// `64`, or `128x64`, as the command line has it.
  package var brief: String { isSquare ? "\(height)" : "\(height)x\(width)" }
  /// `64 x 64`, or `128 x 64`.
  package var sides: String { "\(height) x \(width)" }
}

extension PlaneSize: Codable {
  /// From a number, or from a list of height and width.
  package init(from decoder: any Decoder) throws {
    if let side = try? decoder.singleValueContainer().decode(Int.self) {
      self.init(square: side)
      return
    }
    let sides = try decoder.singleValueContainer().decode([Int].self)
    guard sides.count == 2 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(sides.count) numbers, not height and width"))
    }
    self.init(height: sides[0], width: sides[1])
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if isSquare { try container.encode(height) } else { try container.encode([height, width]) }
  }
}
