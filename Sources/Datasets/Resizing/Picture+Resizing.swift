import CImageCodecs
import Recipe

extension Picture {
  /// Bicubic and antialiased, equal to Pillow's `resize((width, height), Image.Resampling.BICUBIC)`.
  package func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    resized(across: 0..<Double(width), down: 0..<Double(height), width: newWidth, height: newHeight)
  }

  /// A part of the picture, resized the same way as if it had been cropped first. Its borders may lie inside pixels.
  func resized(
    across columns: Range<Double>, down rows: Range<Double>, width newWidth: Int, height newHeight: Int
  ) -> Picture {
    guard width > 0, height > 0, newWidth > 0, newHeight > 0, !columns.isEmpty, !rows.isEmpty else {
      return Picture(width: 0, height: 0, channels: channels, samples: [])
    }
    let down = BicubicWeights(source: height, span: rows, target: newHeight)
    // Rows that no target looks at are left out.
    let reach = down.reach
    let narrow = resizedAcross(columns, rows: reach, to: newWidth)
    if reach.count == newHeight, rows.lowerBound == Double(reach.lowerBound),
      rows.upperBound == Double(reach.upperBound)
    {
      return narrow
    }
    let rowBytes = newWidth * channels
    let pixels = [UInt8](unsafeUninitializedCapacity: rowBytes * newHeight) { target, filled in
      down.withUnsafeWeights(offset: reach.lowerBound) { axis in
        narrow.samples.withUnsafeBufferPointer {
          image_codecs_resample_down($0.baseAddress, rowBytes, axis, target.baseAddress)
        }
      }
      filled = rowBytes * newHeight
    }
    return Picture(width: newWidth, height: newHeight, channels: channels, samples: pixels)
  }

  /// Resizes so that the picture just covers `size` (the other side is rounded down), then takes the middle, as
  /// `transformers` prepares pictures for CLIP, DINO and DINOv2 where `size` is a square: there the shorter side is
  /// resized to it. The result is exactly that large, whatever the picture.
  ///
  /// - Parameter share: of each resized side that is kept, in 0...1.
  ///
  /// Of a strip more than 16 times as long, for its width, as `size` only the middle is resized: whole, it could need
  /// gigabytes.
  package func resizedAndCenterCropped(to size: PlaneSize, share: Float = 1) -> Picture {
    let widest = max(Int(16 * Double(height) * Double(size.width) / Double(max(size.height, 1))), 1)
    let highest = max(Int(16 * Double(width) * Double(size.height) / Double(max(size.width, 1))), 1)
    let middle = CropBox(
      left: max(width - widest, 0) / 2, top: max(height - highest, 0) / 2, width: widest, height: highest)
    let covered = PlaneSize(height: Int(Float(size.height) / share), width: Int(Float(size.width) / share))
    return cropped(to: middle).resized(toCover: covered).centerCropped(to: size)
  }

  /// Resizes so that one side is as long as wanted and the other at least so; that one is rounded down, as torchvision
  /// does.
  func resized(toCover size: PlaneSize) -> Picture {
    guard width > 0, height > 0 else { return self }
    // The side that needs the larger factor; of two alike, the shorter one of the picture.
    let (byWidth, byHeight) = (size.width * height, size.height * width)
    guard byWidth == byHeight ? width <= height : byWidth > byHeight else {
      return resized(width: Int(Double(size.height * width) / Double(height)), height: size.height)
    }
    return resized(width: size.width, height: Int(Double(size.width * height) / Double(width)))
  }

  /// Resizes so that the shorter side has `size` pixels; the longer one is rounded down, as torchvision does.
  package func resizedShortSide(to size: Int) -> Picture {
    let longSide = Int(Double(size * max(width, height)) / Double(max(shortSide, 1)))
    return width <= height
      ? resized(width: size, height: longSide) : resized(width: longSide, height: size)
  }

  /// The given rows, their part `columns` resized to `newWidth`.
  private func resizedAcross(_ columns: Range<Double>, rows: Range<Int>, to newWidth: Int) -> Picture {
    if columns == 0..<Double(width), newWidth == width {
      return rows == 0..<height
        ? self : cropped(to: CropBox(left: 0, top: rows.lowerBound, width: width, height: rows.count))
    }
    let axis = BicubicWeights(source: width, span: columns, target: newWidth)
    let rowBytes = width * channels
    let pixels = [UInt8](unsafeUninitializedCapacity: newWidth * rows.count * channels) { target, filled in
      axis.withUnsafeWeights { axis in
        samples.withUnsafeBufferPointer { source in
          let first = source.baseAddress.map { $0 + rows.lowerBound * rowBytes }
          if channels == 3 {
            image_codecs_resample_across(first, rowBytes, Int32(rows.count), axis, target.baseAddress)
          } else {
            image_codecs_resample_channels(
              first, rowBytes, Int32(rows.count), Int32(channels), axis, target.baseAddress)
          }
        }
      }
      filled = newWidth * rows.count * channels
    }
    return Picture(width: newWidth, height: rows.count, channels: channels, samples: pixels)
  }
}
