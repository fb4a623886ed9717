import CTorch

extension TorchDevice {
  package func activate(_ x: Storage, into y: Storage, count: Int, activation: Activation) {
    call.pointee.activate(device, array(x), array(y), Int64(count), activation.torch)
  }

  package func activationGradient(x: Storage, dy: Storage, dx: Storage, count: Int, activation: Activation) {
    call.pointee.activation_gradient(device, array(x), array(dy), array(dx), Int64(count), activation.torch)
  }

  package func gate(x: Storage, y: Storage, rows: Int, width: Int) {
    call.pointee.gate(device, array(x), array(y), Int64(rows), Int64(width))
  }

  package func gateGradient(x: Storage, dy: Storage, dx: Storage, rows: Int, width: Int) {
    call.pointee.gate_gradient(device, array(x), array(dy), array(dx), Int64(rows), Int64(width))
  }

  package func tangent(_ x: Storage, into y: Storage, count: Int) {
    call.pointee.tangent(device, array(x), array(y), Int64(count))
  }

  package func tangentGradient(y: Storage, dy: Storage, dx: Destination, count: Int) {
    call.pointee.tangent_gradient(device, array(y), array(dy), target(dx), Int64(count))
  }
}

extension Activation {
  fileprivate var torch: mvp_torch_activation {
    switch self {
    case .none: MVP_TORCH_NO_ACTIVATION
    case .gelu: MVP_TORCH_GELU
    case .quickGELU: MVP_TORCH_QUICK_GELU
    case .tanhGELU: MVP_TORCH_TANH_GELU
    case .silu: MVP_TORCH_SILU
    }
  }
}
