import CKernels

extension CPUDevice {
  package func residual(
    x: Storage, branch: Storage, scale: Storage?, keep: [Float]?, y: Storage, rowsPerSample: Int, rows: Int,
    columns: Int
  ) {
    let (x, branch, scale, y) = (pointer(x), branch, pointer(scale), pointer(y))
    let samples = rows / rowsPerSample
    // Without drop path there is one sample of all rows: split inside it.
    let unit = keep == nil ? 1 : rowsPerSample
    parallel(keep == nil ? rows : samples, work: rows * columns) { range in
      if let keep {
        for s in range {
          let o = s * unit * columns
          mvp_residual(x + o, array(branch, at: o), scale, keep[s], y + o, unit, columns)
        }
      } else {
        let o = range.lowerBound * columns
        mvp_residual(x + o, array(branch, at: o), scale, 1, y + o, range.count, columns)
      }
    }
  }

  package func residualGradient(
    branch: Storage?, scale: Storage?, keep: [Float]?, dy: Storage, dbranch: Destination?, dscale: Destination?,
    rowsPerSample: Int, rows: Int, columns: Int
  ) {
    guard dbranch != nil || dscale != nil else { return }
    let (scale, dy) = (pointer(scale), pointer(dy))
    let accumulate = dbranch?.accumulate ?? false
    let wantsScale = dscale != nil
    reduceRows(rows, width: columns, into: [dscale]) { _, range, partial in
      var r = range.lowerBound
      while r < range.upperBound {
        let sample = r / rowsPerSample
        let end = keep == nil ? range.upperBound : min(range.upperBound, (sample + 1) * rowsPerSample)
        let o = r * columns
        mvp_residual_backward(
          array(branch, at: o), scale, keep?[sample] ?? 1, dy + o, array(dbranch?.storage, at: o), accumulate,
          wantsScale ? partial : nil, end - r, columns)
        r = end
      }
    }
  }

  package func patchify(
    pixels: Storage, patches: Storage, batch: Int, height: Int, width: Int, patch: Int, mean: [Float],
    standardDeviation: [Float]
  ) {
    let (pixels, patches) = (pointer(pixels), pointer(patches))
    let inverse = standardDeviation.map { 1 / $0 }
    let channels = mean.count
    let size = channels * height * width
    parallel(batch, work: batch * size) { range in
      for b in range {
        mvp_patchify(pixels + b * size, patches + b * size, channels, height, width, patch, mean, inverse)
      }
    }
  }

  package func assembleTokens(
    patches: Storage, cls: Storage, maskToken: Storage?, mask: [Bool]?, position: Storage?, tokens: Storage, batch: Int,
    patchCount: Int, width: Int
  ) {
    let (patches, cls, maskToken) = (pointer(patches), pointer(cls), pointer(maskToken))
    let (position, tokens) = (pointer(position), pointer(tokens))
    parallel(batch, work: batch * patchCount * width) { range in
      for b in range {
        for t in 0...patchCount {
          let out = tokens + (b * (1 + patchCount) + t) * width
          var source = UnsafePointer(cls)
          if t > 0 {
            let index = b * patchCount + t - 1
            source = UnsafePointer(patches + index * width)
            if let mask, mask[index], let maskToken { source = UnsafePointer(maskToken) }
          }
          if let position {
            mvp_add(source, position + t * width, out, width)
          } else {
            out.update(from: source, count: width)
          }
        }
      }
    }
  }

  package func assembleTokensGradient(
    dtokens: Storage, mask: [Bool]?, dpatches: Destination?, dcls: Destination?, dmaskToken: Destination?,
    dposition: Destination?, batch: Int, patchCount: Int, width: Int
  ) {
    let tokens = 1 + patchCount
    if let dposition { batchSums(dtokens, into: dposition, batch: batch, count: tokens * width) }
    let source = pointer(dtokens)
    if let dpatches {
      let out = pointer(dpatches.storage)
      parallel(batch, work: batch * patchCount * width) { range in
        for b in range {
          for m in 0..<patchCount {
            let index = b * patchCount + m
            let isMasked = mask?[index] ?? false
            mvp_axpby(
              source + (b * tokens + 1 + m) * width, isMasked ? 0 : 1, out + index * width, dpatches.accumulate ? 1 : 0,
              width)
          }
        }
      }
    }
    if let dcls {
      let out = pointer(dcls.storage)
      for b in 0..<batch { mvp_axpby(source + b * tokens * width, 1, out, b == 0 && !dcls.accumulate ? 0 : 1, width) }
    }
    if let dmaskToken {
      let out = pointer(dmaskToken.storage)
      if !dmaskToken.accumulate { mvp_fill(out, 0, width) }
      guard let mask else { return }
      for b in 0..<batch {
        for m in 0..<patchCount where mask[b * patchCount + m] {
          mvp_axpby(source + (b * tokens + 1 + m) * width, 1, out, 1, width)
        }
      }
    }
  }

  package func addPosition(x: Storage, position: Storage, y: Storage, batch: Int, count: Int) {
    let (x, position, y) = (pointer(x), pointer(position), pointer(y))
    parallel(batch, work: batch * count) { range in
      for b in range { mvp_add(x + b * count, position, y + b * count, count) }
    }
  }

  package func batchSums(_ x: Storage, into out: Destination, batch: Int, count: Int) {
    let (x, target) = (pointer(x), pointer(out.storage))
    parallel(count, work: batch * count) { range in
      let i = range.lowerBound
      for b in 0..<batch {
        mvp_axpby(x + b * count + i, 1, target + i, b == 0 && !out.accumulate ? 0 : 1, range.count)
      }
    }
  }

  package func meanTokens(x: Storage, y: Storage, batch: Int, tokens: Int, first: Int, width: Int) {
    let (x, y) = (pointer(x), pointer(y))
    let factor = 1 / Float(tokens - first)
    for b in 0..<batch {
      for t in first..<tokens {
        mvp_axpby(x + (b * tokens + t) * width, factor, y + b * width, t == first ? 0 : 1, width)
      }
    }
  }

  package func meanTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, first: Int, width: Int) {
    let (dy, out) = (pointer(dy), pointer(dx.storage))
    let factor = 1 / Float(tokens - first)
    for b in 0..<batch {
      for t in 0..<tokens {
        mvp_axpby(
          dy + b * width, t < first ? 0 : factor, out + (b * tokens + t) * width, dx.accumulate ? 1 : 0, width)
      }
    }
  }

  package func patchTokens(x: Storage, y: Storage, batch: Int, tokens: Int, width: Int) {
    let (x, y, length) = (pointer(x), pointer(y), (tokens - 1) * width)
    parallel(batch, work: batch * length) { range in
      for b in range { (y + b * length).update(from: x + b * tokens * width + width, count: length) }
    }
  }

  package func patchTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, width: Int) {
    let (dy, out, length) = (pointer(dy), pointer(dx.storage), (tokens - 1) * width)
    let keep: Float = dx.accumulate ? 1 : 0
    parallel(batch, work: batch * length) { range in
      for b in range {
        let target = out + b * tokens * width
        if !dx.accumulate { mvp_fill(target, 0, width) }
        mvp_axpby(dy + b * length, 1, target + width, keep, length)
      }
    }
  }
}
