import CKernels

extension CPUDevice {
  package func rowCosines(
    a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, rows: Int, columns: Int
  ) {
    let (a, b, cosine, normA, normB) = (pointer(a), pointer(b), pointer(cosine), pointer(normA), pointer(normB))
    parallel(rows, work: rows * columns) { range in
      let r = range.lowerBound
      mvp_row_cosines(a + r * columns, b + r * columns, cosine + r, normA + r, normB + r, range.count, columns)
    }
  }

  package func cosineGradient(
    a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, weights: [Float]?, dy: Storage,
    mass: Float, da: Destination, rows: Int, columns: Int
  ) {
    let scale = -pointer(dy)[0] / mass
    let (a, b, cosine, normA, normB) = (pointer(a), pointer(b), pointer(cosine), pointer(normA), pointer(normB))
    let out = pointer(da.storage)
    withOptionalPointer(weights) { weights in
      parallel(rows, work: rows * columns) { range in
        let r = range.lowerBound
        mvp_cosine_backward(
          a + r * columns, b + r * columns, cosine + r, normA + r, normB + r, weights.map { $0 + r }, scale,
          out + r * columns, da.accumulate, range.count, columns)
      }
    }
  }

  package func regression(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, rows: Int, columns: Int
  ) -> Double {
    regression(kind, p: p, t: t, weights: weights, scale: 0, dp: nil, rows: rows, columns: columns)
  }

  package func regressionGradient(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, dy: Storage, mass: Float, dp: Destination,
    rows: Int, columns: Int
  ) {
    let scale = pointer(dy)[0] / mass
    _ = regression(kind, p: p, t: t, weights: weights, scale: scale, dp: dp, rows: rows, columns: columns)
  }

  private func regression(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, scale: Float, dp: Destination?, rows: Int,
    columns: Int
  ) -> Double {
    let (p, t, out) = (pointer(p), pointer(t), dp.map { pointer($0.storage) })
    let accumulate = dp?.accumulate ?? false
    return withOptionalPointer(weights) { weights in
      sumOverBlocks(rows, work: rows * columns) { range in
        let r = range.lowerBound
        let (p, t, weights) = (p + r * columns, t + r * columns, weights.map { $0 + r })
        let out = out.map { $0 + r * columns }
        return switch kind {
        case .smoothL1(let beta):
          mvp_smooth_l1(p, t, weights, beta, scale, out, accumulate, range.count, columns)
        case .squared: mvp_squared_error(p, t, weights, scale, out, accumulate, range.count, columns)
        }
      }
    }
  }

  package func crossEntropy(
    x: Storage, labels: [Int32]?, targets: Storage?, smoothing: Float, temperature: Float, dx: Storage?, scale: Float,
    rows: Int, columns: Int
  ) -> Double {
    let (x, targets, out) = (pointer(x), pointer(targets), pointer(dx))
    return withOptionalPointer(labels) { labels in
      sumOverBlocks(rows, work: rows * columns) { range in
        let r = range.lowerBound
        return mvp_cross_entropy(
          x + r * columns, labels.map { $0 + r }, targets.map { $0 + r * columns }, smoothing, 1 / temperature,
          out.map { $0 + r * columns }, scale, range.count, columns)
      }
    }
  }

  /// Sums `body` over a number of row blocks that depends on the rows alone, in order.
  func sumOverBlocks(_ rows: Int, work: Int, body: (Range<Int>) -> Double) -> Double {
    let blocks = max(1, min(16, rows / 16))
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: blocks) { sums in
      guard let base = sums.baseAddress else { return 0 }
      parallel(blocks, work: work) { range in
        for block in range { base[block] = body(rows * block / blocks..<rows * (block + 1) / blocks) }
      }
      return sums.reduce(0, +)
    }
  }
}

private func withOptionalPointer<T, R>(_ values: [T]?, _ body: (UnsafePointer<T>?) -> R) -> R {
  guard let values else { return body(nil) }
  return values.withUnsafeBufferPointer { body($0.baseAddress) }
}
