import Recipe

/// Sizes of a feed-forward part, and what lies between its two linear layers.
package struct FeedForwardShape: Equatable, Sendable {
  package var rows: Int
  package var inputs: Int
  /// Outputs of the first layer, inputs of the second.
  package var hidden: Int
  package var outputs: Int
  package var activation: Activation
}

/// The four parameters of a feed-forward part, or whatever belongs to each of them.
package struct FeedForwardParts<Part> {
  /// [hidden, inputs]
  package var firstWeight: Part
  /// [hidden]
  package var firstBias: Part?
  /// [outputs, hidden]
  package var secondWeight: Part
  /// [outputs]
  package var secondBias: Part?
}

package protocol FeedForwardKernels {
  /// y = a + activation(z) w2^T + b2 with z[R,H] = x w1^T + b1, which goes into `z` unless that is nil. Products of x's
  /// number format, which z has, too; where there is an a[R,O], a and y are float32.
  func feedForward(
    x: Storage, parameters: FeedForwardParts<Storage>, addedTo a: Storage?, z: Storage?, y: Storage,
    shape: FeedForwardShape)
  /// Gradients from dy[R,O] and z, in whose place the gradient of z comes. Products of z's number format.
  /// - Parameter x: called once, if the first weight's gradient is wanted.
  func feedForwardGradient(
    dy: Storage, z: Storage, x: (() -> Storage)?, parameters: FeedForwardParts<Storage>, dx: Destination?,
    gradients: FeedForwardParts<Destination?>, shape: FeedForwardShape)
}

/// y = activation(x w1^T + b1) w2^T + b2 (the MLP of a transformer block) block of rows by block of rows, so that what
/// lies between the layers stays in the cache. For the backward only x w1^T + b1 is kept, the activation is computed
/// again.
/// - Parameters:
///   - x: [..., I]
///   - first: weight [H, I] and bias [H] of the first layer
///   - second: weight [O, H] and bias [O] of the second
///   - a: [..., O] that the result is added to, as a residual connection is; nil for none
///   - precision: number format of the products, and of what is kept
///   - output: number format of the result; float32 where it is added to something
/// - Returns: [..., O]
package func feedForward(
  _ x: Tensor, first: (weight: Tensor, bias: Tensor?), second: (weight: Tensor, bias: Tensor?), activation: Activation,
  addedTo a: Tensor? = nil, precision: Precision = .float32, output: Precision = .float32
) -> Tensor {
  let device = x.device
  let shape = FeedForwardShape(
    rows: x.rows, inputs: x.columns, hidden: first.weight.shape[0], outputs: second.weight.shape[0],
    activation: activation)
  precondition(
    first.weight.columns == shape.inputs && second.weight.columns == shape.hidden,
    "feedForward: input \(x.shape), weights \(first.weight.shape) and \(second.weight.shape)")
  let (a, output) = (a?.float32(), a == nil ? output : .float32)
  precondition(
    a.map { $0.count == shape.rows * shape.outputs } ?? true, "feedForward: input \(x.shape) added to \(a?.shape ?? [])"
  )
  let leaves = [x, first.weight, first.bias, second.weight, second.bias]
  let tracked = leaves.contains { $0?.isTracked == true }
  let parameters = FeedForwardParts(
    firstWeight: first.weight.storage, firstBias: first.bias?.storage, secondWeight: second.weight.storage,
    secondBias: second.bias?.storage)
  let targets = FeedForwardParts(
    firstWeight: first.weight.target, firstBias: first.bias?.target, secondWeight: second.weight.target,
    secondBias: second.bias?.target)
  let y = device.allocate(shape.rows * shape.outputs, output)
  let z = tracked ? device.allocate(shape.rows * shape.hidden, precision) : nil
  let input = device.converted(x.storage, to: precision)
  device.feedForward(x: input, parameters: parameters, addedTo: a?.storage, z: z, y: y, shape: shape)

  let kept = first.weight.isTracked ? x.kept(as: input) : nil
  let (xTarget, aTarget) = (x.target, a?.target)
  let node = TapeNode.record(leaves + [a], count: shape.rows * shape.outputs, precision: output) { dy in
    defer { aTarget?.give(dy) }
    guard let z else { return }
    device.feedForwardGradient(
      dy: dy, z: z, x: kept, parameters: parameters, dx: xTarget.destination(),
      gradients: FeedForwardParts(
        firstWeight: targets.firstWeight.destination(), firstBias: targets.firstBias?.destination(),
        secondWeight: targets.secondWeight.destination(), secondBias: targets.secondBias?.destination()),
      shape: shape)
  }
  return Tensor(storage: y, shape: x.shape.dropLast() + [shape.outputs], device: device, node: node)
}
