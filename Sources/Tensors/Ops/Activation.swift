/// What lies between the two linear layers of a feed-forward part.
package enum Activation: String, Sendable, Codable, CaseIterable {
  case none
  /// x Φ(x), the exact form with erf.
  case gelu
  /// x sigmoid(1.702 x), as OpenAI's CLIP has it.
  case quickGELU
  /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, as SigLIP has it.
  case tanhGELU
  /// x sigmoid(x), also called Swish.
  case silu
}

package protocol ActivationKernels {
  /// y = activation(x) for `count` elements of one number format; y may be x.
  func activate(_ x: Storage, into y: Storage, count: Int, activation: Activation)
  /// dx = dy times the activation's derivative at x; x and dx are of one number format, and dx may be x.
  func activationGradient(x: Storage, dy: Storage, dx: Storage, count: Int, activation: Activation)
}

/// activation(x), element by element, in x's number format.
package func activated(_ x: Tensor, by activation: Activation) -> Tensor {
  guard activation != .none else { return x }
  let device = x.device
  let y = device.allocate(x.count, x.precision)
  device.activate(x.storage, into: y, count: x.count, activation: activation)
  let node = TapeNode.record([x], count: x.count, precision: x.precision) { [x] dy in
    let dx = device.allocate(x.count, x.precision)
    device.activationGradient(x: x.storage, dy: dy, dx: dx, count: x.count, activation: activation)
    x.target.give(dx)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}
