import CKernels

extension CPUDevice {
  package func resizeMap(x: Storage, y: Destination, offset: Int, width: Int, shape: MapResize) {
    let (x, out) = (pointer(x), pointer(y.storage) + offset)
    let (rows, columns, channels) = (shape.rows, shape.columns, shape.channels)
    let lines = shape.batch * rows.target
    let work = lines * columns.target * channels
    guard !shape.isIdentity else {
      let pixels = lines * columns.target
      return parallel(pixels, work: work) { range in
        let p = range.lowerBound
        mvp_copy_columns(
          x + p * channels, channels, out + p * width, width, y.accumulate ? 1 : 0, range.count, channels)
      }
    }
    let length = columns.source * channels
    let scratch = allocate(threads * length)
    let own = pointer(scratch)
    withStretching(columns) { columns in
      parallel(lines, work: 2 * work) { part, range in
        for line in range {
          let source = blended(x, line: line, of: rows, length: length, scratch: own + part * length)
          mvp_stretch(
            source, columns, out + line * columns.count * width, width, y.accumulate, channels)
        }
      }
    }
  }

  package func resizeMapGradient(dy: Storage, offset: Int, width: Int, dx: Destination, shape: MapResize) {
    let dy = pointer(dy) + offset
    let (rows, columns, channels) = (shape.rows, shape.columns, shape.channels)
    let lines = shape.batch * rows.target
    let work = lines * columns.target * channels
    guard !shape.isIdentity else {
      let (pixels, out) = (lines * columns.target, pointer(dx.storage))
      return parallel(pixels, work: work) { range in
        let p = range.lowerBound
        mvp_copy_columns(
          dy + p * width, width, out + p * channels, channels, dx.accumulate ? 1 : 0, range.count, channels)
      }
    }
    // Across first, then down: each line is written by one core.
    let length = columns.source * channels
    let scratch = allocate(lines * length)
    let narrow = pointer(scratch)
    withStretching(columns) { columns in
      parallel(lines, work: work) { range in
        for line in range {
          mvp_fill(narrow + line * length, 0, length)
          mvp_stretch_backward(dy + line * columns.count * width, width, columns, narrow + line * length, channels)
        }
      }
    }
    gatherLines(narrow, into: dx, shape: shape)
  }

  package func resizedCrossEntropy(
    x: Storage, labels: [Int32], ignored: Int32, scale: Float, dx: Storage?, shape: MapResize
  ) -> Double {
    let x = pointer(x)
    let (rows, columns, channels) = (shape.rows, shape.columns, shape.channels)
    let lines = shape.batch * rows.target
    let (length, wide) = (columns.source * channels, columns.target * channels)
    let own = allocate(threads * (length + 2 * wide))
    let scratch = pointer(own)
    let narrowMemory = dx == nil ? nil : allocate(lines * length)
    let narrow = pointer(narrowMemory)
    let total = labels.withUnsafeBufferPointer { labels in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: max(lines, 1)) { sums in
        withStretching(columns) { columns in
          parallel(lines, work: 8 * lines * wide) { part, range in
            let line = scratch + part * (length + 2 * wide)
            let logits = line + length
            let gradient = dx == nil ? nil : logits + wide
            for index in range {
              let source = blended(x, line: index, of: rows, length: length, scratch: line)
              mvp_stretch(source, columns, logits, channels, false, channels)
              sums[index] = mvp_pixel_cross_entropy(
                logits, labels.baseAddress.map { $0 + index * columns.count }, ignored, gradient, scale, columns.count,
                channels)
              guard let gradient, let narrow else { continue }
              mvp_fill(narrow + index * length, 0, length)
              mvp_stretch_backward(gradient, channels, columns, narrow + index * length, channels)
            }
          }
        }
        return (0..<lines).reduce(0) { $0 + sums[$1] }
      }
    }
    if let dx, let narrow { gatherLines(narrow, into: (dx, false), shape: shape) }
    return total * Double(scale)
  }

  package func countLabels(_ labels: [Int32], ignored: Int32, classes: Int) -> Int? {
    let count = labels.withUnsafeBufferPointer { mvp_labelled($0.baseAddress, ignored, classes, $0.count) }
    return count < 0 ? nil : count
  }

  /// Line `line` of the resized maps before it is stretched: made in `scratch`, or where it is as it stands.
  private func blended(
    _ x: UnsafePointer<Float>, line: Int, of rows: LineResize, length: Int, scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let (picture, row) = line.quotientAndRemainder(dividingBy: rows.target)
    let map = x + picture * rows.source * length
    let (first, second, fraction) = (Int(rows.lower[row]), Int(rows.upper[row]), rows.fraction[row])
    guard fraction > 0 else { return map + first * length }
    mvp_blend(map + first * length, 1 - fraction, map + second * length, fraction, scratch, length)
    return UnsafePointer(scratch)
  }

  /// dx [B,h,w,C] from lines [B,H,w,C] that are resized in one direction already.
  private func gatherLines(_ lines: UnsafeMutablePointer<Float>, into dx: Destination, shape: MapResize) {
    let rows = shape.rows
    let length = shape.columns.source * shape.channels
    let out = pointer(dx.storage)
    parallel(shape.batch * rows.source, work: shape.batch * (rows.source + 2 * rows.target) * length) { range in
      for index in range {
        let (picture, row) = index.quotientAndRemainder(dividingBy: rows.source)
        let target = out + index * length
        if !dx.accumulate { mvp_fill(target, 0, length) }
        for line in rows.reached(from: row) {
          let share = rows.share(of: row, in: line)
          if share > 0 { mvp_axpby(lines + (picture * rows.target + line) * length, share, target, 1, length) }
        }
      }
    }
  }

  private func withStretching(_ columns: LineResize, body: (mvp_stretching) -> Void) {
    columns.lower.withUnsafeBufferPointer { lower in
      columns.upper.withUnsafeBufferPointer { upper in
        columns.fraction.withUnsafeBufferPointer { fraction in
          body(
            mvp_stretching(
              lower: lower.baseAddress, upper: upper.baseAddress, fraction: fraction.baseAddress,
              count: columns.target))
        }
      }
    }
  }
}
