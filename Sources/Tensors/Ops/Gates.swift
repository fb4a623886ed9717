package protocol GateKernels {
  /// y[R,W] = silu(first half) * second half of the rows of x[R,2W]; one number format.
  func gate(x: Storage, y: Storage, rows: Int, width: Int)
  /// dx[R,2W] from x and dy[R,W]; one number format.
  func gateGradient(x: Storage, dy: Storage, dx: Storage, rows: Int, width: Int)
}

/// silu(g) v of rows that hold g and v side by side, in x's number format: what lies between the layers of a gated MLP
/// (Shazeer 2020, arXiv 2002.05202, SwiGLU).
/// - Parameters:
///   - x: [..., 2 W], the gates first
/// - Returns: [..., W]
package func gated(_ x: Tensor) -> Tensor {
  let device = x.device
  precondition(x.columns.isMultiple(of: 2), "gated: rows of \(x.columns)")
  let (rows, width) = (x.rows, x.columns / 2)
  let y = device.allocate(rows * width, x.precision)
  device.gate(x: x.storage, y: y, rows: rows, width: width)
  let node = TapeNode.record([x], count: y.count, precision: x.precision) { [x] dy in
    let dx = device.allocate(x.count, x.precision)
    device.gateGradient(x: x.storage, dy: dy, dx: dx, rows: rows, width: width)
    x.target.give(dx)
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [width], device: device, node: node)
}
