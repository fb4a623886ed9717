/// What follows the product in ``linear(_:weight:bias:activation:)``.
public enum Activation: String, Sendable, Codable, CaseIterable {
  case none
  /// x Φ(x), the exact form with erf.
  case gelu
  /// x sigmoid(1.702 x), as OpenAI's CLIP has it.
  case quickGELU
}

public protocol LinearKernels {
  /// y[R,O] = activation(x[R,I] w[O,I]^T + b[O]); `slope` [R,O] receives the activation's derivative.
  func linear(
    x: Storage, weight: Storage, bias: Storage?, y: Storage, slope: Storage?, rows: Int, inputs: Int, outputs: Int,
    activation: Activation)
  /// dx[R,I] = dz[R,O] w[O,I]
  func linearInputGradient(
    dz: Storage, weight: Storage, dx: Destination, rows: Int, inputs: Int, outputs: Int)
  /// dw[O,I] = dz[R,O]^T x[R,I]
  func linearWeightGradient(
    dz: Storage, x: Storage, dw: Destination, rows: Int, inputs: Int, outputs: Int)
  /// out[C] = sum over rows of x[R,C]
  func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int)
  /// z = x * y
  func multiply(_ x: Storage, _ y: Storage, into z: Storage, count: Int)
}

/// y = activation(x w^T + b).
/// - Parameters:
///   - x: [..., I]
///   - weight: [O, I], as torch.nn.Linear has it
///   - bias: [O]
/// - Returns: [..., O]
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor? = nil, activation: Activation = .none) -> Tensor {
  let device = x.device
  let inputs = x.columns
  let outputs = weight.shape[0]
  precondition(weight.columns == inputs, "linear: input \(x.shape), weight \(weight.shape)")
  let rows = x.count / inputs
  let tracked = x.isTracked || weight.isTracked || (bias?.isTracked ?? false)
  let y = device.allocate(rows * outputs)
  let slope = tracked && activation != .none ? device.allocate(rows * outputs) : nil
  device.linear(
    x: x.storage, weight: weight.storage, bias: bias?.storage, y: y, slope: slope, rows: rows, inputs: inputs,
    outputs: outputs, activation: activation)

  // dz = dy * slope;  dx = dz w;  dw = dz^T x;  db = column sums of dz
  let xTarget = x.target
  let biasTarget = bias?.target
  let savedInput = weight.isTracked ? x.storage : nil
  let node = TapeNode.record([x, weight, bias], count: rows * outputs) { [weight] dy in
    if let slope { device.multiply(dy, slope, into: dy, count: rows * outputs) }
    if let dw = weight.target.destination(), let savedInput {
      device.linearWeightGradient(dz: dy, x: savedInput, dw: dw, rows: rows, inputs: inputs, outputs: outputs)
    }
    if let db = biasTarget?.destination() { device.columnSums(dy, into: db, rows: rows, columns: outputs) }
    if let dx = xTarget.destination() {
      device.linearInputGradient(dz: dy, weight: weight.storage, dx: dx, rows: rows, inputs: inputs, outputs: outputs)
    }
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [outputs], device: device, node: node)
}

/// a b^T for a [R, D] and b [C, D], giving [R, C]; differentiable in both.
public func matmulTransposed(_ a: Tensor, _ b: Tensor) -> Tensor { linear(a, weight: b) }
