import CKernels
import Recipe

extension CPUDevice {
  package func layerNorm(
    x: Storage, weight: Storage, bias: Storage, y: Storage, mean: Storage?, rstd: Storage?, rows: Int, columns: Int,
    epsilon: Float
  ) {
    let (x, w, b, y) = (pointer(x), pointer(weight), pointer(bias), y)
    let (mean, rstd) = (pointer(mean), pointer(rstd))
    parallel(rows, work: rows * columns) { range in
      let r = range.lowerBound
      mvp_layer_norm(
        x + r * columns, w, b, array(y, at: r * columns), mean.map { $0 + r }, rstd.map { $0 + r }, range.count,
        columns, epsilon)
    }
  }

  package func layerNormAgain(
    x: Storage, weight: Storage, bias: Storage, mean: Storage, rstd: Storage, rows: Int, columns: Int,
    epsilon: Float, precision: Precision
  ) -> Storage {
    let (x, w, b, mean, rstd) = (pointer(x), pointer(weight), pointer(bias), pointer(mean), pointer(rstd))
    let y = allocateRight(rows: rows, columns: columns, precision)
    parallel(rows, work: rows * columns) { range in
      let r = range.lowerBound
      mvp_layer_norm_again(
        x + r * columns, w, b, stripes(y, columns: columns, from: r), mean + r, rstd + r, range.count, columns)
    }
    return y
  }

  package func layerNormGradient(
    x: Storage, weight: Storage, dy: Storage, mean: Storage, rstd: Storage, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, columns: Int
  ) {
    let (x, w, dy, mean, rstd) = (pointer(x), pointer(weight), dy, pointer(mean), pointer(rstd))
    let out = dx.map { pointer($0.storage) }
    let accumulate = dx?.accumulate ?? false
    let wantsParameters = dw != nil || db != nil
    reduceRows(rows, width: columns, into: [dw, db]) { _, range, partial in
      let r = range.lowerBound
      mvp_layer_norm_backward(
        x + r * columns, w, array(dy, at: r * columns), mean + r, rstd + r, out.map { $0 + r * columns }, accumulate,
        wantsParameters ? partial : nil, wantsParameters ? partial + columns : nil, range.count, columns)
    }
  }

  package func l2Normalize(x: Storage, y: Storage, inverse: Storage, rows: Int, columns: Int, epsilon: Float) {
    let (x, y, inverse) = (pointer(x), pointer(y), pointer(inverse))
    parallel(rows, work: rows * columns) { range in
      let r = range.lowerBound
      mvp_l2_normalize(x + r * columns, y + r * columns, inverse + r, range.count, columns, epsilon)
    }
  }

  package func l2NormalizeGradient(
    y: Storage, inverse: Storage, dy: Storage, dx: Destination, rows: Int, columns: Int, epsilon: Float
  ) {
    let (y, inverse, dy, out) = (pointer(y), pointer(inverse), pointer(dy), pointer(dx.storage))
    parallel(rows, work: rows * columns) { range in
      let r = range.lowerBound
      mvp_l2_normalize_backward(
        y + r * columns, inverse + r, dy + r * columns, out + r * columns, dx.accumulate, range.count, columns, epsilon)
    }
  }
}
