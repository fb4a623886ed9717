import Recipe

package protocol LinearKernels {
  /// y[R,O] = a[R,O] + x[R,I] w[O,I]^T + b[O]. The product is one of x's number format, w is float32; where there is an
  /// `a`, a and y are float32, too.
  func linear(
    x: Storage, weight: Storage, bias: Storage?, addedTo a: Storage?, y: Storage, rows: Int, inputs: Int, outputs: Int)
  /// dx[R,I] = dy w[O,I]; dw[O,I] = dy^T x[R,I]; db[O] = column sums of dy. Products in the given number format.
  /// - Parameter x: called once, if dw is wanted.
  func linearGradient(
    dy: Storage, x: (() -> Storage)?, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, inputs: Int, outputs: Int)
  /// out[C] = sum over rows of x[R,C]
  func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int)
}

/// y = x w^T + b.
/// - Parameters:
///   - x: [..., I]
///   - weight: [O, I], as torch.nn.Linear has it
///   - bias: [O]
///   - a: [..., O] that the result is added to, as a residual connection is; nil for none
///   - precision: number format of the products, forward and backward; what is kept of x for the backward has it, too
///   - output: number format of the result; float32 where it is added to something
/// - Returns: [..., O]
package func linear(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, addedTo a: Tensor? = nil, precision: Precision = .float32,
  output: Precision = .float32
) -> Tensor {
  let device = x.device
  let inputs = x.columns
  let outputs = weight.shape[0]
  precondition(weight.columns == inputs, "linear: input \(x.shape), weight \(weight.shape)")
  let rows = x.count / inputs
  let (a, output) = (a?.float32(), a == nil ? output : .float32)
  precondition(a.map { $0.count == rows * outputs } ?? true, "linear: input \(x.shape) added to \(a?.shape ?? [])")
  let input = device.converted(x.storage, to: precision)
  let y = device.allocate(rows * outputs, output)
  device.linear(
    x: input, weight: weight.storage, bias: bias?.storage, addedTo: a?.storage, y: y, rows: rows, inputs: inputs,
    outputs: outputs)

  // da = dy;  dx = dy w;  dw = dy^T x;  db = column sums of dy
  let (xTarget, biasTarget, aTarget) = (x.target, bias?.target, a?.target)
  let kept = weight.isTracked ? x.kept(as: input) : nil
  let node = TapeNode.record([x, weight, bias, a], count: rows * outputs, precision: output) { [weight] dy in
    device.linearGradient(
      dy: dy, x: kept, weight: weight.storage, precision: precision,
      dx: xTarget.destination(), dw: weight.target.destination(), db: biasTarget?.destination(), rows: rows,
      inputs: inputs, outputs: outputs)
    aTarget?.give(dy)
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [outputs], device: device, node: node)
}

/// a b^T for a [R, D] and b [C, D], giving [R, C]; differentiable in both.
package func matmulTransposed(_ a: Tensor, _ b: Tensor) -> Tensor { linear(a, weight: b) }
