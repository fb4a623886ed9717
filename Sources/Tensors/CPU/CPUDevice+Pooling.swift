import CKernels

extension CPUDevice {
  package func maxPool(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int) {
    let (x, y, half) = (pointer(x), pointer(y), height / 2)
    let length = width * channels
    parallel(batch * half, work: 2 * batch * half * length) { range in
      for line in range {
        let from = x + (line / half * height + line % half * 2) * length
        mvp_max_pool(from, y + line * (width / 2) * channels, width, channels)
      }
    }
  }

  package func maxPoolGradient(
    x: Storage, dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int
  ) {
    let (x, dy, out, half) = (pointer(x), pointer(dy), pointer(dx.storage), height / 2)
    let length = width * channels
    if !dx.accumulate { fill(dx.storage, 0) }
    parallel(batch * half, work: 4 * batch * half * length) { range in
      for line in range {
        let at = (line / half * height + line % half * 2) * length
        mvp_max_pool_backward(x + at, dy + line * (width / 2) * channels, out + at, width, channels)
      }
    }
  }

  package func averagePool(
    x: Storage, y: Storage, size: Int, batch: Int, height: Int, width: Int, channels: Int
  ) {
    let (x, y) = (pointer(x), pointer(y))
    parallel(batch, work: 2 * batch * height * width * channels) { range in
      for picture in range {
        eachPart(size: size, height: height, width: width) { part, pixel, share, isFirst in
          mvp_axpby(
            x + (picture * height * width + pixel) * channels, share,
            y + (picture * size * size + part) * channels, isFirst ? 0 : 1, channels)
        }
      }
    }
  }

  package func averagePoolGradient(
    dy: Storage, dx: Destination, size: Int, batch: Int, height: Int, width: Int, channels: Int
  ) {
    let (dy, out) = (pointer(dy), pointer(dx.storage))
    if !dx.accumulate { fill(dx.storage, 0) }
    parallel(batch, work: 2 * batch * height * width * channels) { range in
      for picture in range {
        eachPart(size: size, height: height, width: width) { part, pixel, share, _ in
          mvp_axpby(
            dy + (picture * size * size + part) * channels, share,
            out + (picture * height * width + pixel) * channels, 1, channels)
        }
      }
    }
  }

  /// Calls `body` for every pixel of every part with its share of the part's mean.
  private func eachPart(
    size: Int, height: Int, width: Int, body: (_ part: Int, _ pixel: Int, _ share: Float, _ isFirst: Bool) -> Void
  ) {
    for part in 0..<size * size {
      let rows = part / size * height / size..<((part / size + 1) * height + size - 1) / size
      let columns = part % size * width / size..<((part % size + 1) * width + size - 1) / size
      let share = 1 / Float(rows.count * columns.count)
      for row in rows {
        for column in columns {
          body(
            part, row * width + column, share, row == rows.lowerBound && column == columns.lowerBound)
        }
      }
    }
  }

  package func scaleChannels(
    x: Storage, factors: [Float], y: Destination, batch: Int, rows: Int, channels: Int
  ) {
    let (x, out) = (pointer(x), pointer(y.storage))
    factors.withUnsafeBufferPointer { factors in
      guard let factors = factors.baseAddress else { return }
      parallel(batch, work: batch * rows * channels) { range in
        for picture in range {
          let at = picture * rows * channels
          mvp_scale_columns(
            x + at, factors + picture * channels, out + at, y.accumulate ? 1 : 0, rows, channels)
        }
      }
    }
  }
}
