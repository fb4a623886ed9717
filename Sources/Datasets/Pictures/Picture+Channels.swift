import Recipe

extension Picture {
  /// Three values a pixel, to be looked at: grey repeated, of other pictures the first three channels, or of two the
  /// first.
  package var rgb: [UInt8] { channels == 3 ? samples : rgb(of: ChannelView.usual(of: channels)) }

  /// - Parameter shown: three channels, from 0 on.
  package func rgb(of shown: [Int]) -> [UInt8] {
    guard shown.count == 3, shown.allSatisfy((0..<channels).contains) else { return rgb }
    var result: [UInt8] = []
    result.reserveCapacity(width * height * 3)
    for pixel in stride(from: 0, to: samples.count - channels + 1, by: channels) {
      for channel in shown { result.append(samples[pixel + channel]) }
    }
    return result
  }

  /// A picture of so many channels made of one of colours, to try a model with: grey for one, else red, green and blue
  /// over and over.
  package func repeated(over count: Int) -> Picture {
    guard channels == 3, count != 3 else { return self }
    guard count != 1 else { return grey }
    let values = stride(from: 0, to: samples.count, by: 3).flatMap { pixel in
      (0..<count).map { samples[pixel + $0 % 3] }
    }
    return Picture(width: width, height: height, channels: count, samples: values)
  }

  /// One value a pixel by Pillow's `L` (ITU-R 601-2), or the picture itself where it has one already.
  package var grey: Picture {
    guard channels == 3 else { return self }
    return Picture(width: width, height: height, channels: 1, samples: luminances)
  }

  /// Pillow's `L`, a value a pixel; of pictures that have no colours the mean of their channels.
  var luminances: [UInt8] {
    guard channels == 3 else {
      guard channels > 1 else { return samples }
      return stride(from: 0, to: samples.count - samples.count % channels, by: channels).map { place in
        UInt8(samples[place..<place + channels].reduce(0) { $0 + Int($1) } / channels)
      }
    }
    return stride(from: 0, to: samples.count - samples.count % 3, by: 3).map { place in
      let (red, green, blue) = (Int(samples[place]), Int(samples[place + 1]), Int(samples[place + 2]))
      return UInt8((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16)
    }
  }
}
