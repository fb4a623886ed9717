import Foundation

/// Pictures that are stored as bare pixels of 8 bits, all of one size.
package struct PixelLayout: Equatable, Sendable {
  package let width: Int
  package let height: Int
  /// 1 for grey pictures, 3 for planes of red, green and blue, one after the other.
  package let channels: Int

  package init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.height = height
    self.channels = channels
  }

  /// Bytes of a picture.
  var size: Int { width * height * channels }

  /// - Parameters:
  ///   - bytes: `size` of them; else nil.
  ///   - wanted: values of a pixel, 1 or 3: grey is repeated, and colours become grey.
  func picture(_ bytes: Data, channels wanted: Int = 3) -> Picture? {
    guard bytes.count == size else { return nil }
    let plane = width * height
    let made = channels == 1 && wanted == 1 ? 1 : 3
    let samples = bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      [UInt8](unsafeUninitializedCapacity: made * plane) { pixels, filled in
        for place in 0..<plane {
          for channel in 0..<made {
            pixels[made * place + channel] = raw[place + (channels == 3 ? channel * plane : 0)]
          }
        }
        filled = made * plane
      }
    }
    let picture = Picture(width: width, height: height, channels: made, samples: samples)
    return wanted == 1 ? picture.grey : picture
  }
}
