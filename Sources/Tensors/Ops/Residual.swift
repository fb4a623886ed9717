/// x + keep * scale * branch: a residual connection with layer scale and drop path.
/// - Parameters:
///   - x: [B, ..., D]
///   - branch: [B, ..., D], of either number format
///   - scale: [D], layer scale
///   - keep: B factors, 0 if the sample's branch is dropped and 1/(1-p) elsewhere
package func residual(_ x: Tensor, _ branch: Tensor, scale: Tensor? = nil, keep: [Float]? = nil) -> Tensor {
  let x = x.float32()
  let device = x.device
  precondition(x.count == branch.count, "residual: \(x.shape) and \(branch.shape)")
  let columns = x.columns
  let rows = x.rows
  let samples = keep?.count ?? 1
  let y = device.allocate(x.count)
  device.residual(
    x: x.storage, branch: branch.storage, scale: scale?.storage, keep: keep, y: y, rowsPerSample: rows / samples,
    rows: rows, columns: columns)

  // dbranch = keep scale dy;  dscale = sum keep dy branch;  dx = dy
  let saved = scale?.isTracked == true ? branch.storage : nil
  let node = TapeNode.record([x, branch, scale], count: x.count) {
    [x = x.target, branch = branch.target, scale] dy in
    device.residualGradient(
      branch: saved, scale: scale?.storage, keep: keep, dy: dy, dbranch: branch.destination(),
      dscale: scale?.target.destination(), rowsPerSample: rows / samples, rows: rows, columns: columns)
    x.give(dy)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}

/// a + b, element by element.
package func add(_ a: Tensor, _ b: Tensor) -> Tensor {
  let (a, b) = (a.float32(), b.float32())
  let device = a.device
  precondition(a.count == b.count, "add: \(a.shape) and \(b.shape)")
  let y = device.allocate(a.count)
  device.copy(a.storage, to: y, count: a.count)
  device.axpby(b.storage, scale: 1, into: y, keep: 1, count: a.count)
  let node = TapeNode.record([a, b], count: a.count) { [a = a.target, b = b.target] dy in
    b.add(dy)
    a.give(dy)
  }
  return Tensor(storage: y, shape: a.shape, device: device, node: node)
}

/// factor * a.
package func scaled(_ a: Tensor, by factor: Float) -> Tensor {
  let a = a.float32()
  let device = a.device
  let y = device.allocate(a.count)
  device.axpby(a.storage, scale: factor, into: y, keep: 0, count: a.count)
  let node = TapeNode.record([a], count: a.count) { [a = a.target] dy in a.add(dy, scale: factor) }
  return Tensor(storage: y, shape: a.shape, device: device, node: node)
}

/// exp(s) * a for a tensor `logScale` of one element, as CLIP scales its logits.
package func scaledByExponential(_ a: Tensor, logScale: Tensor) -> Tensor {
  let a = a.float32()
  let device = a.device
  let factor = exponential(logScale.scalar)
  let y = device.allocate(a.count)
  device.axpby(a.storage, scale: factor, into: y, keep: 0, count: a.count)
  // da = exp(s) dy;  ds = sum(dy y)
  let node = TapeNode.record([a, logScale], count: a.count) { [a = a.target, logScale = logScale.target] dy in
    if logScale.isWanted {
      let sum = device.allocate(1)
      device.fill(sum, Float(device.dot(dy, y, count: y.count)))
      logScale.add(sum)
    }
    a.add(dy, scale: factor)
  }
  return Tensor(storage: y, shape: a.shape, device: device, node: node)
}
