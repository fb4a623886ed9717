import CImageCodecs

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
      return Picture(width: 0, height: 0, rgb: [])
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
    let rowBytes = newWidth * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: rowBytes * newHeight) { target, filled in
      down.withUnsafeWeights(offset: reach.lowerBound) { axis in
        narrow.rgb.withUnsafeBufferPointer {
          image_codecs_resample_down($0.baseAddress, rowBytes, axis, target.baseAddress)
        }
      }
      filled = rowBytes * newHeight
    }
    return Picture(width: newWidth, height: newHeight, rgb: pixels)
  }

  /// Resizes so that the shorter side has `size` pixels (the longer one is rounded down), then takes the middle `size`
  /// x `size`, as `transformers` prepares pictures for CLIP, DINO and DINOv2. The result is exactly that large,
  /// whatever the picture.
  ///
  /// - Parameter shortSide: what the shorter side is resized to where that is not `size`.
  ///
  /// Of a strip more than 16 times as long as it is wide only the middle is resized: whole, it could need gigabytes.
  package func resizedShortSideAndCenterCropped(to size: Int, shortSide wanted: Int? = nil) -> Picture {
    let longest = 16 * shortSide
    let middle = CropBox(
      left: max(width - longest, 0) / 2, top: max(height - longest, 0) / 2, width: longest, height: longest)
    return cropped(to: middle).resizedShortSide(to: wanted ?? size).centerCropped(to: size)
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
    let rowBytes = width * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: newWidth * rows.count * 3) { target, filled in
      axis.withUnsafeWeights { axis in
        rgb.withUnsafeBufferPointer { source in
          image_codecs_resample_across(
            source.baseAddress.map { $0 + rows.lowerBound * rowBytes }, rowBytes, Int32(rows.count), axis,
            target.baseAddress)
        }
      }
      filled = newWidth * rows.count * 3
    }
    return Picture(width: newWidth, height: rows.count, rgb: pixels)
  }
}
