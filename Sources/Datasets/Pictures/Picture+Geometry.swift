import Recipe

/// A rectangle of whole pixels inside a picture.
package struct CropBox: Sendable, Equatable {
  package var left: Int
  package var top: Int
  package var width: Int
  package var height: Int

  package init(left: Int, top: Int, width: Int, height: Int) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }
}

extension Picture {
  package var shortSide: Int { min(width, height) }

  /// The part of `box` that lies inside the picture.
  package func cropped(to box: CropBox) -> Picture {
    let left = min(max(box.left, 0), width)
    let top = min(max(box.top, 0), height)
    let columns = max(min(box.left + box.width, width) - left, 0)
    let rows = max(min(box.top + box.height, height) - top, 0)
    if columns == width && rows == height { return self }
    var part = Picture(width: columns, height: rows, channels: channels, samples: [])
    part.samples.reserveCapacity(columns * rows * channels)
    for y in top..<(top + rows) {
      let start = (y * width + left) * channels
      part.samples.append(contentsOf: samples[start..<(start + columns * channels)])
    }
    return part
  }

  /// Left to right.
  package var mirrored: Picture {
    var result = samples
    for y in 0..<height {
      for x in 0..<width {
        let (to, from) = ((y * width + x) * channels, (y * width + width - 1 - x) * channels)
        for channel in 0..<channels { result[to + channel] = samples[from + channel] }
      }
    }
    return Picture(width: width, height: height, channels: channels, samples: result)
  }

  /// The middle of the picture; an odd pixel too many stays at the right and the bottom. A picture that is
  /// smaller is left as it is.
  package func centerCropped(to size: PlaneSize) -> Picture {
    cropped(
      to: CropBox(
        left: max(width - size.width, 0) / 2, top: max(height - size.height, 0) / 2, width: size.width,
        height: size.height))
  }
}
