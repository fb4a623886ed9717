/// Where a pixel of a transformed picture comes from: (a x + b y + c, d x + e y + f), as Pillow's Image.AFFINE has it.
struct AffineMap {
  var a = 1.0
  var b = 0.0
  var c = 0.0
  var d = 0.0
  var e = 1.0
  var f = 0.0
}

extension Picture {
  /// The picture of the same size whose pixels come from places of this one, bicubic as Pillow's Image.transform
  /// (`src/libImaging/Geometry.c`).
  /// - Parameter fill: colour of pixels that come from outside, by channel; not empty.
  func transformed(_ map: AffineMap, fill: [UInt8]) -> Picture {
    var result = [UInt8](repeating: 0, count: samples.count)
    samples.withUnsafeBufferPointer { pixels in
      for y in 0..<height {
        for x in 0..<width {
          let target = (y * width + x) * channels
          let (fromX, fromY) = (Double(x) + 0.5, Double(y) + 0.5)
          let sourceX = map.a * fromX + map.b * fromY + map.c
          let sourceY = map.d * fromX + map.e * fromY + map.f
          guard sourceX >= 0, sourceX < Double(width), sourceY >= 0, sourceY < Double(height) else {
            for channel in 0..<channels { result[target + channel] = fill[channel % fill.count] }
            continue
          }
          for channel in 0..<channels {
            result[target + channel] = bicubic(pixels, sourceX - 0.5, sourceY - 0.5, channel)
          }
        }
      }
    }
    return Picture(width: width, height: height, channels: channels, samples: result)
  }

  /// Columns beyond the border are taken from it; a row beyond it is the one before.
  private func bicubic(_ pixels: UnsafeBufferPointer<UInt8>, _ x: Double, _ y: Double, _ channel: Int) -> UInt8 {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int(left) - 1, Int(top) - 1)
    func value(_ row: Int, _ offset: Int) -> Double {
      Double(pixels[(row * width + min(max(column + offset, 0), width - 1)) * channels + channel])
    }
    func along(_ row: Int) -> Double {
      cubic(value(row, 0), value(row, 1), value(row, 2), value(row, 3), x - left)
    }
    let first = along(min(max(row, 0), height - 1))
    let second = row + 1 >= 0 && row + 1 < height ? along(row + 1) : first
    let third = row + 2 >= 0 && row + 2 < height ? along(row + 2) : second
    let fourth = row + 3 >= 0 && row + 3 < height ? along(row + 3) : third
    return UInt8(min(max(cubic(first, second, third, fourth, y - top), 0), 255))
  }
}

/// The cubic through four values, at a share of the way from the second to the third.
private func cubic(_ v1: Double, _ v2: Double, _ v3: Double, _ v4: Double, _ share: Double) -> Double {
  let second = v3 - v1
  let third = 2 * (v1 - v2) + v3 - v4
  let fourth = v2 - v1 + v4 - v3
  return v2 + share * (second + share * (third + share * fourth))
}
