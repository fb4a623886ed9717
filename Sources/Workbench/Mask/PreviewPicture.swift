import RunEvents

/// The pixels of a preview, checked, with means over parts of it.
struct PreviewPicture {
  let gridRows: Int
  let gridColumns: Int
  var width: Int { preview.width }
  var height: Int { preview.height }
  private let preview: MaskPreview

  /// Far beyond any preview, and safe to multiply.
  private static let greatestSize = 8192

  struct Color: Equatable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    /// 0...1, by the weights of ITU-R BT.601.
    var luminance: Double {
      (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
    }

    func scaled(by factor: Double) -> Color {
      func scale(_ value: UInt8) -> UInt8 { UInt8(min(255, max(0, Double(value) * factor))) }
      return Color(red: scale(red), green: scale(green), blue: scale(blue))
    }
  }

  /// nil where sizes and counts do not belong together.
  init?(_ preview: MaskPreview) {
    let sizes = 1...Self.greatestSize
    guard [preview.width, preview.height, preview.gridRows, preview.gridColumns].allSatisfy(sizes.contains),
      preview.rgb.count >= preview.width * preview.height * 3,
      preview.mask.count >= preview.gridRows * preview.gridColumns
    else { return nil }
    self.preview = preview
    gridRows = preview.gridRows
    gridColumns = preview.gridColumns
  }

  func isMasked(row: Int, column: Int) -> Bool { preview.mask[row * gridColumns + column] }

  func cosine(row: Int, column: Int) -> Double? {
    let index = row * gridColumns + column
    guard index < preview.cosine.count, preview.cosine[index].isFinite else { return nil }
    return Double(preview.cosine[index])
  }

  /// The picture in `columns * rows` mean colours, row by row.
  func means(columns: Int, rows: Int) -> [Color] {
    var result: [Color] = []
    result.reserveCapacity(columns * rows)
    preview.rgb.withUnsafeBytes { bytes in
      for row in 0..<rows {
        let ys = Self.part(row, of: rows, length: preview.height)
        for column in 0..<columns {
          let xs = Self.part(column, of: columns, length: preview.width)
          var sums = (0, 0, 0)
          for y in ys {
            for x in xs {
              let at = (y * preview.width + x) * 3
              sums = (sums.0 + Int(bytes[at]), sums.1 + Int(bytes[at + 1]), sums.2 + Int(bytes[at + 2]))
            }
          }
          let count = ys.count * xs.count
          result.append(
            Color(red: UInt8(sums.0 / count), green: UInt8(sums.1 / count), blue: UInt8(sums.2 / count)))
        }
      }
    }
    return result
  }

  /// Pixels of one of `count` parts; at least one.
  private static func part(_ index: Int, of count: Int, length: Int) -> Range<Int> {
    let start = min(length - 1, index * length / count)
    return start..<max(start + 1, min(length, (index + 1) * length / count))
  }
}
