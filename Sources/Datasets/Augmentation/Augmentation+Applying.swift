import CImageCodecs
import Tensors

extension Augmentation {
  /// Writes the rectangle into `pixels` as planes [channels, height, width] in 0...1.
  ///
  /// Colour is changed after cropping (BEiT changes it before): contrast then turns on the crop's own mean, and it is
  /// faster.
  package func apply(
    to picture: Picture, using generator: inout Philox, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    let box = cropBox(width: picture.width, height: picture.height, using: &generator)
    let framed = frame(ShrunkPicture(picture), box: box)
    finish(framed, using: &generator, into: pixels)
  }

  /// The part of a picture that becomes the rectangle, drawn before it is decoded; nil for the middle, which draws
  /// nothing.
  package func cropBox(width: Int, height: Int, using generator: inout Philox) -> CropBox? {
    guard case .randomCrop(let scale, let ratio) = framing else { return nil }
    return CropBox.random(width: width, height: height, scale: scale, ratio: ratio, using: &generator)
  }

  /// At how many eighths of its size a JPEG may be decoded for a crop: 1, 2, 4 or 8, so that the crop has at least as
  /// many pixels along each side as the rectangle. A centre crop takes every pixel, so that evaluation is exact.
  package func eighths(for box: CropBox?) -> Int {
    guard let box else { return 8 }
    return [1, 2, 4].first { box.width * $0 >= 8 * size.width && box.height * $0 >= 8 * size.height } ?? 8
  }

  /// Crops and resizes to the rectangle.
  /// - Parameter box: in pixels of the whole size.
  package func frame(_ picture: ShrunkPicture, box: CropBox?) -> Picture {
    guard let box else {
      guard case .centerCrop(let share) = framing, share > 0, share < 1 else {
        return picture.picture.resizedAndCenterCropped(to: size)
      }
      return picture.picture.resizedAndCenterCropped(to: size, share: share)
    }
    let scale = Double(picture.eighths) / 8
    return picture.picture.resized(
      across: Double(box.left) * scale..<Double(box.left + box.width) * scale,
      down: Double(box.top) * scale..<Double(box.top + box.height) * scale, width: size.width, height: size.height)
  }

  /// Mirrors and changes colours, with what the generator draws next.
  package func finish(
    _ framed: Picture, using generator: inout Philox, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    let mirrored = flip > 0 && generator.uniform() < flip
    let plane = size.area
    guard framed.width == size.width, framed.height == size.height, pixels.count == plane * framed.channels else {
      return pixels.update(repeating: 1)
    }
    if let operations {
      operations.applied(to: mirrored ? framed.mirrored : framed, using: &generator).write(planes: pixels)
    } else {
      framed.write(planes: pixels, mirrored: mirrored)
    }
    if jitter != .none, jitterProbability >= 1 || generator.uniform() < jitterProbability {
      jitter.apply(to: pixels, plane: plane, using: &generator)
    }
  }
}

extension Picture {
  /// As planes [channels, height, width] in 0...1.
  fileprivate func write(planes: UnsafeMutableBufferPointer<Float>, mirrored: Bool = false) {
    samples.withUnsafeBufferPointer {
      if channels == 3 {
        image_codecs_planes($0.baseAddress, Int32(width), Int32(height), mirrored, planes.baseAddress)
      } else {
        image_codecs_channel_planes(
          $0.baseAddress, Int32(channels), Int32(width), Int32(height), mirrored, planes.baseAddress)
      }
    }
  }
}
