import Foundation

/// A change of a picture's colours or shape, as Pillow makes it.
package enum PictureOperation: Sendable, Equatable {
  /// Stretches each channel to 0...255.
  case autoContrast
  /// Flattens each channel's histogram.
  case equalize
  case invert
  /// Degrees against the clock, about the centre.
  case rotate(Double)
  /// Keeps so many high bits of each value.
  case posterize(bits: Int)
  /// Inverts values of at least that.
  case solarize(threshold: Int)
  /// Adds to values below 128.
  case solarizeAdd(Int)
  /// Factors of Pillow's ImageEnhance; 1 changes nothing. Where there are no colours, that of colours changes nothing
  /// either.
  case color(Float)
  case contrast(Float)
  case brightness(Float)
  case sharpness(Float)
  /// Pixels of shift a pixel of the other axis, from the top left corner.
  case shearX(Double)
  case shearY(Double)
  /// Shares of the side.
  case translateX(Double)
  case translateY(Double)

  /// - Parameter fill: colour of what lies outside the picture.
  package func applied(to picture: Picture, fill: [UInt8]) -> Picture {
    let (width, height) = (Double(picture.width), Double(picture.height))
    switch self {
    case .autoContrast: return picture.mappedByChannel(autoContrastTable)
    case .equalize: return picture.mappedByChannel(equalizeTable)
    case .invert: return picture.mapped { 255 - $0 }
    case .posterize(let bits):
      let mask = ~((1 << (8 - min(max(bits, 0), 8))) - 1)
      return picture.mapped { $0 & mask }
    case .solarize(let threshold): return picture.mapped { $0 < threshold ? $0 : 255 - $0 }
    case .solarizeAdd(let amount): return picture.mapped { $0 < 128 ? min(255, $0 + amount) : $0 }
    case .color(let factor):
      return picture.channels == 3 ? picture.blended(from: picture.greyColours, by: factor) : picture
    case .contrast(let factor):
      let grey = picture.luminances
      let mean = (Double(grey.reduce(0) { $0 + Int($1) }) / Double(max(grey.count, 1)) + 0.5).rounded(.down)
      return picture.blended(
        from: [UInt8](repeating: UInt8(min(mean, 255)), count: picture.samples.count), by: factor)
    case .brightness(let factor):
      return picture.blended(from: [UInt8](repeating: 0, count: picture.samples.count), by: factor)
    case .sharpness(let factor): return picture.blended(from: picture.smoothed, by: factor)
    case .rotate(let degrees):
      let angle = -degrees * .pi / 180
      let (cosine, sine) = (cos(angle), sin(angle))
      return picture.transformed(
        AffineMap(
          a: cosine, b: sine, c: width / 2 - cosine * width / 2 - sine * height / 2,
          d: -sine, e: cosine, f: height / 2 + sine * width / 2 - cosine * height / 2), fill: fill)
    case .shearX(let factor): return picture.transformed(AffineMap(b: factor), fill: fill)
    case .shearY(let factor): return picture.transformed(AffineMap(d: factor), fill: fill)
    case .translateX(let share): return picture.transformed(AffineMap(c: share * width), fill: fill)
    case .translateY(let share): return picture.transformed(AffineMap(f: share * height), fill: fill)
    }
  }
}

/// Pillow's ImageOps.autocontrast without cutoff.
private func autoContrastTable(_ histogram: [Int]) -> [Int] {
  guard let low = histogram.firstIndex(where: { $0 > 0 }), let high = histogram.lastIndex(where: { $0 > 0 }),
    high > low
  else { return Array(0..<256) }
  let scale = 255 / Double(high - low)
  return (0..<256).map { min(max(Int(Double($0) * scale - Double(low) * scale), 0), 255) }
}

/// Pillow's ImageOps.equalize.
private func equalizeTable(_ histogram: [Int]) -> [Int] {
  let counts = histogram.filter { $0 > 0 }
  let step = (counts.reduce(0, +) - (counts.last ?? 0)) / 255
  guard counts.count > 1, step > 0 else { return Array(0..<256) }
  var sum = step / 2
  return histogram.map { count in
    defer { sum += count }
    return min(sum / step, 255)
  }
}

extension Picture {
  /// Every value by the same table.
  fileprivate func mapped(_ value: (Int) -> Int) -> Picture {
    let table = (0..<256).map { UInt8(min(max(value($0), 0), 255)) }
    return Picture(width: width, height: height, channels: channels, samples: samples.map { table[Int($0)] })
  }

  /// Every channel by a table of its own, from its histogram.
  fileprivate func mappedByChannel(_ table: ([Int]) -> [Int]) -> Picture {
    var result = samples
    for channel in 0..<channels {
      var histogram = [Int](repeating: 0, count: 256)
      for place in stride(from: channel, to: samples.count, by: channels) { histogram[Int(samples[place])] += 1 }
      let mapped = table(histogram).map { UInt8($0) }
      for place in stride(from: channel, to: samples.count, by: channels) {
        result[place] = mapped[Int(samples[place])]
      }
    }
    return Picture(width: width, height: height, channels: channels, samples: result)
  }

  /// ``luminances`` as three channels.
  fileprivate var greyColours: [UInt8] { luminances.flatMap { [$0, $0, $0] } }

  /// Pillow's ImageFilter.SMOOTH; pixels at the border stay.
  fileprivate var smoothed: [UInt8] {
    guard width > 2, height > 2 else { return samples }
    var result = samples
    let (channels, row) = (channels, width * channels)
    samples.withUnsafeBufferPointer { pixels in
      for y in 1..<height - 1 {
        for place in y * row + channels..<(y + 1) * row - channels {
          var sum = 5 * Int(pixels[place])
          for above in [place - row, place, place + row] {
            sum += Int(pixels[above - channels]) + Int(pixels[above + channels])
            sum += above == place ? 0 : Int(pixels[above])
          }
          result[place] = UInt8(min(Int(Float(sum) / 13 + 0.5), 255))
        }
      }
    }
    return result
  }

  /// Pillow's Image.blend of another picture with this one: `other + factor (this - other)`, cut to 0...255.
  fileprivate func blended(from other: [UInt8], by factor: Float) -> Picture {
    let values = zip(samples, other).map { own, other in
      UInt8(min(max(Float(other) + factor * Float(Int(own) - Int(other)), 0), 255))
    }
    return Picture(width: width, height: height, channels: channels, samples: values)
  }
}
