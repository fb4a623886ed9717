/// A picture in memory: interleaved 8-bit sRGB, rows from the top, `rgb.count == width * height * 3`.
package struct Picture: Sendable, Equatable {
  package var width: Int
  package var height: Int
  package var rgb: [UInt8]

  package init(width: Int, height: Int, rgb: [UInt8]) {
    self.width = width
    self.height = height
    self.rgb = rgb
  }

  /// Three planes of values in 0...1.
  package var planes: [Float] {
    (0..<3).flatMap { channel in stride(from: channel, to: rgb.count, by: 3).map { Float(rgb[$0]) / 255 } }
  }

  /// One colour everywhere.
  package init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(width: width, height: height, rgb: [])
    rgb.reserveCapacity(width * height * 3)
    for _ in 0..<(width * height) {
      rgb.append(red)
      rgb.append(green)
      rgb.append(blue)
    }
  }
}
