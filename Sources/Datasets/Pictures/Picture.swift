/// A picture in memory: interleaved values of 8 bits, rows from the top, `samples.count == width * height * channels`.
package struct Picture: Sendable, Equatable {
  package var width: Int
  package var height: Int
  /// Values of a pixel: 1 is grey, 3 are red, green and blue in sRGB, any other number stands as the file has it.
  package let channels: Int
  package var samples: [UInt8]

  package init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Red, green and blue of each pixel.
  package init(width: Int, height: Int, rgb: [UInt8]) {
    self.init(width: width, height: height, channels: 3, samples: rgb)
  }

  /// Planes of values in 0...1, one a channel.
  package var planes: [Float] {
    (0..<channels).flatMap { channel in
      stride(from: channel, to: samples.count, by: channels).map { Float(samples[$0]) / 255 }
    }
  }

  /// One colour everywhere.
  package init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(width: width, height: height, rgb: [])
    samples.reserveCapacity(width * height * 3)
    for _ in 0..<(width * height) {
      samples.append(red)
      samples.append(green)
      samples.append(blue)
    }
  }
}
