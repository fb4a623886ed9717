extension Picture {
  /// Bicubic and antialiased, equal to Pillow's `resize((width, height), Image.Resampling.BICUBIC)`.
  public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
    guard width > 0, height > 0, newWidth > 0, newHeight > 0 else { return Picture(width: 0, height: 0, rgb: []) }
    return resizedAcross(to: newWidth).resizedDown(to: newHeight)
  }

  /// Resizes so that the shorter side has `size` pixels (the longer one is rounded down), then takes the middle `size` x `size`,
  /// as `transformers` prepares pictures for CLIP, DINO and DINOv2. The result is exactly that large, whatever the picture.
  ///
  /// Of a strip more than 16 times as long as it is wide only the middle is resized: whole, it could need gigabytes.
  public func resizedShortSideAndCenterCropped(to size: Int) -> Picture {
    let longest = 16 * shortSide
    let middle = CropBox(
      left: max(width - longest, 0) / 2, top: max(height - longest, 0) / 2, width: longest, height: longest)
    return cropped(to: middle).resizedShortSide(to: size).centerCropped(to: size)
  }

  /// Resizes so that the shorter side has `size` pixels; the longer one is rounded down, as torchvision does.
  public func resizedShortSide(to size: Int) -> Picture {
    let longSide = Int(Double(size * max(width, height)) / Double(max(shortSide, 1)))
    return width <= height
      ? resized(width: size, height: longSide) : resized(width: longSide, height: size)
  }

  private func resizedAcross(to newWidth: Int) -> Picture {
    if newWidth == width { return self }
    let axis = BicubicWeights(source: width, target: newWidth)
    let rowBytes = width * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { target, filled in
      rgb.withUnsafeBufferPointer { source in
        axis.weights.withUnsafeBufferPointer { weights in
          var out = 0
          for y in 0..<height {
            for x in 0..<newWidth {
              var from = y * rowBytes + axis.first[x] * 3
              var red = half
              var green = half
              var blue = half
              for tap in (x * axis.taps)..<(x * axis.taps + axis.count[x]) {
                let weight = weights[tap]
                red &+= Int32(source[from]) &* weight
                green &+= Int32(source[from + 1]) &* weight
                blue &+= Int32(source[from + 2]) &* weight
                from += 3
              }
              target[out] = clippedByte(red)
              target[out + 1] = clippedByte(green)
              target[out + 2] = clippedByte(blue)
              out += 3
            }
          }
        }
      }
      filled = newWidth * height * 3
    }
    return Picture(width: newWidth, height: height, rgb: pixels)
  }

  private func resizedDown(to newHeight: Int) -> Picture {
    if newHeight == height { return self }
    let axis = BicubicWeights(source: height, target: newHeight)
    let rowBytes = width * 3
    let pixels = [UInt8](unsafeUninitializedCapacity: rowBytes * newHeight) { target, filled in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowBytes) { sums in
        rgb.withUnsafeBufferPointer { source in
          for y in 0..<newHeight {
            sums.initialize(repeating: half)
            for tap in 0..<axis.count[y] {
              let weight = axis.weights[y * axis.taps + tap]
              let row = (axis.first[y] + tap) * rowBytes
              for i in 0..<rowBytes { sums[i] &+= Int32(source[row + i]) &* weight }
            }
            for i in 0..<rowBytes { target[y * rowBytes + i] = clippedByte(sums[i]) }
          }
        }
      }
      filled = rowBytes * newHeight
    }
    return Picture(width: width, height: newHeight, rgb: pixels)
  }
}

/// One half in fixed point: what makes the shift in `clippedByte` round to the nearest.
private let half: Int32 = 1 << (BicubicWeights.fractionBits - 1)

@inline(__always)
private func clippedByte(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> BicubicWeights.fractionBits) }
