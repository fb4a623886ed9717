import CKernels

extension CPUDevice {
  package func activate(_ x: Storage, into y: Storage, count: Int, activation: Activation) {
    guard let kind = activation.kernel else { return copy(x, to: y, count: count) }
    parallel(count, work: 4 * count) { range in
      mvp_activate(array(x, at: range.lowerBound), array(y, at: range.lowerBound), range.count, kind)
    }
  }

  package func activationGradient(x: Storage, dy: Storage, dx: Storage, count: Int, activation: Activation) {
    guard let kind = activation.kernel else { return copy(dy, to: dx, count: count) }
    parallel(count, work: 4 * count) { range in
      let i = range.lowerBound
      mvp_activation_gradient(
        array(x, at: i), array(dy, at: i), mvp_stripes(), array(dx, at: i), nil, 1, range.count, kind)
    }
  }
}

extension Activation {
  /// As kernels name it; nil if nothing is to be done.
  var kernel: mvp_activation? {
    switch self {
    case .none: nil
    case .gelu: MVP_ACTIVATION_GELU
    case .quickGELU: MVP_ACTIVATION_QUICK_GELU
    case .tanhGELU: MVP_ACTIVATION_TANH_GELU
    case .silu: MVP_ACTIVATION_SILU
    }
  }
}
