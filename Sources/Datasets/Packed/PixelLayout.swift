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

  /// - Parameter bytes: `size` of them; else nil.
  func picture(_ bytes: Data) -> Picture? {
    guard bytes.count == size else { return nil }
    let plane = width * height
    let rgb = bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in
      [UInt8](unsafeUninitializedCapacity: 3 * plane) { pixels, filled in
        for place in 0..<plane {
          for channel in 0..<3 { pixels[3 * place + channel] = raw[place + (channels == 3 ? channel * plane : 0)] }
        }
        filled = 3 * plane
      }
    }
    return Picture(width: width, height: height, rgb: rgb)
  }
}
