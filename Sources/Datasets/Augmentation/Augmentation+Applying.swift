import Tensors

extension Augmentation {
  /// Writes the square into `pixels` as planes [3, size, size] in 0...1.
  ///
  /// Colour is changed after cropping (BEiT changes it before): contrast then turns on the crop's own mean, and it is faster.
  public func apply(
    to picture: Picture, using generator: inout Philox, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    let framed = frame(picture, using: &generator)
    let mirrored = flip > 0 && generator.uniform() < flip
    writePlanes(of: framed, mirrored: mirrored, into: pixels)
    if jitter != .none, jitterProbability >= 1 || generator.uniform() < jitterProbability {
      jitter.apply(to: pixels, plane: size * size, using: &generator)
    }
    if grayscale > 0, generator.uniform() < grayscale { adjustSaturation(pixels, plane: size * size, by: 0) }
  }

  private func frame(_ picture: Picture, using generator: inout Philox) -> Picture {
    switch framing {
    case .centerCrop:
      return picture.resizedShortSideAndCenterCropped(to: size)
    case .randomCrop(let scale, let ratio):
      let box = CropBox.random(
        width: picture.width, height: picture.height, scale: scale, ratio: ratio, using: &generator)
      return picture.cropped(to: box).resized(width: size, height: size)
    }
  }

  private func writePlanes(of picture: Picture, mirrored: Bool, into pixels: UnsafeMutableBufferPointer<Float>) {
    let plane = size * size
    guard picture.rgb.count == plane * 3, pixels.count == plane * 3 else { return pixels.update(repeating: 1) }
    picture.rgb.withUnsafeBufferPointer { rgb in
      for y in 0..<size {
        for x in 0..<size {
          let from = (y * size + (mirrored ? size - 1 - x : x)) * 3
          let to = y * size + x
          for c in 0..<3 { pixels[c * plane + to] = Float(rgb[from + c]) / 255 }
        }
      }
    }
  }
}
