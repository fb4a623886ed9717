import Tensors

/// Which class each pixel of a picture belongs to: rows from the top, `values.count == width * height`.
package struct LabelMap: Sendable, Equatable {
  /// The number of pixels that no class is known of: they are neither learned from nor scored.
  package static let ignored: UInt8 = 255
  /// Numbers that classes can have: 0 to 254.
  package static let mostClasses = 255

  package var width: Int
  package var height: Int
  package var values: [UInt8]

  package init(width: Int, height: Int, values: [UInt8]) {
    self.width = width
    self.height = height
    self.values = values
  }

  /// A part of the map, brought to another size: each pixel has the value of the one at its centre.
  /// - Parameters:
  ///   - columns, rows: the part, in pixels and fractions of them.
  package func nearest(
    across columns: Range<Double>, down rows: Range<Double>, width newWidth: Int, height newHeight: Int
  ) -> LabelMap {
    guard width > 0, height > 0, newWidth > 0, newHeight > 0 else { return LabelMap(width: 0, height: 0, values: []) }
    func places(_ span: Range<Double>, _ count: Int, of length: Int) -> [Int] {
      let scale = (span.upperBound - span.lowerBound) / Double(count)
      return (0..<count).map { min(max(Int(span.lowerBound + (Double($0) + 0.5) * scale), 0), length - 1) }
    }
    let xs = places(columns, newWidth, of: width)
    var taken = [UInt8]()
    taken.reserveCapacity(newWidth * newHeight)
    for y in places(rows, newHeight, of: height) {
      let row = y * width
      for x in xs { taken.append(values[row + x]) }
    }
    return LabelMap(width: newWidth, height: newHeight, values: taken)
  }

  /// The whole map in another size.
  package func nearest(width newWidth: Int, height newHeight: Int) -> LabelMap {
    nearest(across: 0..<Double(width), down: 0..<Double(height), width: newWidth, height: newHeight)
  }

  /// Left to right.
  package var mirrored: LabelMap {
    var result = self
    for y in 0..<height {
      for x in 0..<width { result.values[y * width + x] = values[y * width + width - 1 - x] }
    }
    return result
  }

  /// Pixels of each value, 256 of them.
  package var histogram: [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for value in values { counts[Int(value)] += 1 }
    return counts
  }

  /// The commonest value of each cell of a grid over the map, the smaller of two that are as common; ignored pixels
  /// count where there are no others.
  package func commonest(rows: Int, columns: Int) -> [UInt8] {
    var cells: [UInt8] = []
    for row in 0..<rows {
      let ys = (row * height / rows)..<max((row + 1) * height / rows, row * height / rows + 1)
      for column in 0..<columns {
        let xs = (column * width / columns)..<max((column + 1) * width / columns, column * width / columns + 1)
        var counts = [Int](repeating: 0, count: 256)
        for y in ys where y < height { for x in xs where x < width { counts[Int(values[y * width + x])] += 1 } }
        let known = (0..<Int(Self.ignored)).max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
        cells.append(counts[known] > 0 ? UInt8(known) : Self.ignored)
      }
    }
    return cells
  }
}
