package protocol CodeKernels {
  /// y = tanh(x); y may be x.
  func tangent(_ x: Storage, into y: Storage, count: Int)
  /// dx = dy (1 - y²)
  func tangentGradient(y: Storage, dy: Storage, dx: Destination, count: Int)
}

/// tanh(x), element by element.
package func hyperbolicTangent(_ x: Tensor) -> Tensor {
  let x = x.float32()
  let device = x.device
  let y = device.allocate(x.count)
  device.tangent(x.storage, into: y, count: x.count)
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.tangentGradient(y: y, dy: dy, dx: dx, count: target.count)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}

/// `values` in the forward pass, and in the backward pass their gradient to `x` as if they were it: how a choice that
/// has no slope is learned through (van den Oord et al. 2017, "Neural discrete representation learning").
/// - Parameters:
///   - values: of x's shape, no gradient
package func straightThrough(_ x: Tensor, values: Tensor) -> Tensor {
  let (x, values) = (x.float32(), values.float32())
  precondition(values.count == x.count, "straightThrough: \(x.shape) and \(values.shape)")
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dy in target.give(dy) }
  return Tensor(storage: values.storage, shape: x.shape, device: x.device, node: node)
}

/// Sums of the rows that belong together; no gradient.
/// - Parameters:
///   - x: [..., D], R rows
///   - groups: the group of each row, R numbers in 0..<count
/// - Returns: [count, D]; zeros for a group without rows
package func rowSums(_ x: Tensor, by groups: [Int32], count: Int) -> Tensor {
  let x = x.float32()
  precondition(groups.count == x.rows, "rowSums: \(groups.count) groups for \(x.rows) rows")
  precondition(groups.allSatisfy { $0 >= 0 && $0 < count }, "rowSums: group outside 0..<\(count)")
  let sums = x.device.allocate(count * x.columns)
  x.device.gatherRowsGradient(
    dy: x.storage, rows: groups, dx: (sums, false), sourceRows: count, width: x.columns)
  return Tensor(storage: sums, shape: [count, x.columns], device: x.device)
}
