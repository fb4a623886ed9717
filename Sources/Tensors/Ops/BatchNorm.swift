package protocol BatchNormKernels {
  /// mean[C] and biased variance[C] of the columns of x[R,C]
  func columnMoments(_ x: Storage, mean: Storage, variance: Storage, rows: Int, columns: Int)
  func batchNorm(x: Storage, norm: ColumnNorm, y: Storage, rows: Int, columns: Int)
  /// - Parameter isOfBatch: whether mean and variance are those of x, and its gradient goes through them, too.
  func batchNormGradient(
    x: Storage, norm: ColumnNorm, isOfBatch: Bool, dy: Storage, dx: Destination?, dw: Destination?, db: Destination?,
    rows: Int, columns: Int)
}

/// What a batch norm does to each column: (x - mean) / sqrt(variance + epsilon) * weight + bias, then max(0, ·) where
/// it is rectified. All are [C].
package struct ColumnNorm {
  package var mean, variance, weight, bias: Storage
  package var epsilon: Float
  package var isRectified: Bool
}

/// The moments that a batch norm has gathered from batches, by which it normalises outside of training; [C] each, no
/// parameters.
package struct RunningMoments {
  package let mean: Tensor
  package let variance: Tensor

  package init(mean: Tensor, variance: Tensor) {
    self.mean = mean
    self.variance = variance
  }
}

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias by column, as torch's `batch_norm`.
///
/// In training mean and (biased) variance are those of the rows of x, and the running ones move towards them by
/// `momentum`, the variance as an unbiased one; otherwise the running ones are taken.
/// - Parameters:
///   - x: [..., C]; in training of two rows or more
///   - weight: [C]
///   - bias: [C]
///   - isRectified: whether the result goes through max(0, ·)
package func batchNorm(
  _ x: Tensor, weight: Tensor, bias: Tensor, running: RunningMoments, training: Bool, epsilon: Float = 1e-5,
  momentum: Float = 0.1, isRectified: Bool = false
) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (rows, columns) = (x.rows, x.columns)
  precondition(weight.count == columns && bias.count == columns, "batchNorm: \(x.shape), weight \(weight.shape)")
  precondition(!training || rows > 1, "batchNorm: one row has no variance to train with")
  var (mean, variance) = (running.mean.storage, running.variance.storage)
  if training {
    (mean, variance) = (device.allocate(columns), device.allocate(columns))
    device.columnMoments(x.storage, mean: mean, variance: variance, rows: rows, columns: columns)
    device.axpby(mean, scale: momentum, into: running.mean.storage, keep: 1 - momentum, count: columns)
    let unbiased = momentum * Float(rows) / Float(rows - 1)
    device.axpby(variance, scale: unbiased, into: running.variance.storage, keep: 1 - momentum, count: columns)
  }
  let norm = ColumnNorm(
    mean: mean, variance: variance, weight: weight.storage, bias: bias.storage, epsilon: epsilon,
    isRectified: isRectified)
  let y = device.allocate(x.count)
  device.batchNorm(x: x.storage, norm: norm, y: y, rows: rows, columns: columns)

  // With n = (x - mean) rstd:  db = sum dy;  dw = sum dy n;  dx = w rstd (dy - mean(dy) - n mean(dy n)), and w rstd dy
  // by running moments; dy counts as 0 where the result was cut off
  let node = TapeNode.record([x, weight, bias], count: x.count) { [x, weight, bias] dy in
    device.batchNormGradient(
      x: x.storage, norm: norm, isOfBatch: training, dy: dy, dx: x.target.destination(),
      dw: weight.target.destination(), db: bias.target.destination(), rows: rows, columns: columns)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}
