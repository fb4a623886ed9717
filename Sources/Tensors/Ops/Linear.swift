/// What follows the product in ``linear(_:weight:bias:activation:)``.
public enum Activation: String, Sendable, Codable, CaseIterable {
  case none
  /// x Φ(x), the exact form with erf.
  case gelu
  /// x sigmoid(1.702 x), as OpenAI's CLIP has it.
  case quickGELU
}

public protocol LinearKernels {
  /// y[R,O] = activation(x[R,I] w[O,I]^T + b[O]); `slope` [R,O], of y's number format, receives the activation's derivative. The
  /// product is one of x's number format, w is float32.
  func linear(
    x: Storage, weight: Storage, bias: Storage?, y: Storage, slope: Storage?, rows: Int, inputs: Int, outputs: Int,
    activation: Activation)
  /// dz[R,O] = dy slope (1 where nil); dx[R,I] = dz w[O,I]; dw[O,I] = dz^T x[R,I]; db[O] = column sums of dz. Products in the given
  /// number format; dy may be overwritten.
  func linearGradient(
    dy: Storage, slope: Storage?, x: Storage?, weight: Storage, precision: Precision, dx: Destination?,
    dw: Destination?, db: Destination?, rows: Int, inputs: Int, outputs: Int)
  /// out[C] = sum over rows of x[R,C]
  func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int)
}

/// y = activation(x w^T + b).
/// - Parameters:
///   - x: [..., I]
///   - weight: [O, I], as torch.nn.Linear has it
///   - bias: [O]
///   - precision: number format of the products, forward and backward; what is kept of x for the backward has it, too
///   - output: number format of the result
/// - Returns: [..., O]
public func linear(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, activation: Activation = .none, precision: Precision = .float32,
  output: Precision = .float32
) -> Tensor {
  let device = x.device
  let inputs = x.columns
  let outputs = weight.shape[0]
  precondition(weight.columns == inputs, "linear: input \(x.shape), weight \(weight.shape)")
  let rows = x.count / inputs
  let tracked = x.isTracked || weight.isTracked || (bias?.isTracked ?? false)
  let input = device.converted(x.storage, to: precision)
  let y = device.allocate(rows * outputs, output)
  let slope = tracked && activation != .none ? device.allocate(rows * outputs, output) : nil
  device.linear(
    x: input, weight: weight.storage, bias: bias?.storage, y: y, slope: slope, rows: rows, inputs: inputs,
    outputs: outputs, activation: activation)

  // dz = dy * slope;  dx = dz w;  dw = dz^T x;  db = column sums of dz
  let xTarget = x.target
  let biasTarget = bias?.target
  let savedInput = weight.isTracked ? input : nil
  let node = TapeNode.record([x, weight, bias], count: rows * outputs, precision: output) { [weight] dy in
    device.linearGradient(
      dy: dy, slope: slope.map { device.converted($0, to: precision) }, x: savedInput, weight: weight.storage,
      precision: precision, dx: xTarget.destination(), dw: weight.target.destination(), db: biasTarget?.destination(),
      rows: rows, inputs: inputs, outputs: outputs)
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [outputs], device: device, node: node)
}

/// a b^T for a [R, D] and b [C, D], giving [R, C]; differentiable in both.
public func matmulTransposed(_ a: Tensor, _ b: Tensor) -> Tensor { linear(a, weight: b) }
