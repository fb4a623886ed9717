import Recipe

package protocol SoftmaxKernels {
  /// dx = y (dy - Σ y dy) / temperature by row, for y = softmax(x / temperature)
  func softmaxRowsGradient(y: Storage, dy: Storage, dx: Storage, rows: Int, columns: Int, temperature: Float)
  /// Sum over rows of the entropy of softmax(x), in nats; `dx` receives scale times its gradient.
  func softmaxEntropy(x: Storage, dx: Storage?, scale: Float, rows: Int, columns: Int) -> Double
}

/// softmax(logits / temperature) over the last axis; differentiable.
package func softmax(_ logits: Tensor, temperature: Float = 1) -> Tensor {
  let logits = logits.float32()
  let device = logits.device
  let (rows, columns) = (logits.rows, logits.columns)
  let y = device.allocate(logits.count)
  device.softmaxRows(x: logits.storage, center: nil, y: y, rows: rows, columns: columns, temperature: temperature)
  let node = TapeNode.record([logits], count: logits.count) { [target = logits.target] dy in
    let dx = device.allocate(rows * columns)
    device.softmaxRowsGradient(y: y, dy: dy, dx: dx, rows: rows, columns: columns, temperature: temperature)
    target.give(dx)
  }
  return Tensor(storage: y, shape: logits.shape, device: device, node: node)
}

/// Mean over rows of the entropy of softmax(logits), in nats; differentiable.
/// - Parameter logits: [..., C]
package func softmaxEntropy(_ logits: Tensor) -> Tensor {
  let logits = logits.float32()
  let device = logits.device
  let (rows, columns) = (logits.rows, logits.columns)
  // dH/dx = -p (log p + H), known with the entropy: kept from the forward pass.
  let gradient = logits.isTracked ? device.allocate(logits.count) : nil
  let total = device.softmaxEntropy(
    x: logits.storage, dx: gradient, scale: 1 / Float(rows), rows: rows, columns: columns)
  let node = TapeNode.record([logits], count: 1) { [target = logits.target] dy in
    guard let gradient else { return }
    target.add(gradient, times: dy)
  }
  return scalarTensor(Float(total / Double(rows)), device: device, node: node)
}
