import Foundation

/// How samples of an axis are weighed where it is resized, as Pillow has it.
package enum ResamplingFilter: Sendable {
  /// A triangle.
  case linear
  /// Keys' cubic convolution, a = -0.5.
  case cubic
  /// A sinc under the middle lobe of one three times as wide.
  case lanczos

  /// How far it reaches to either side, in samples.
  package var reach: Double {
    switch self {
    case .linear: 1
    case .cubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a sample `distance` samples away.
  package func weight(_ distance: Double) -> Double {
    switch self {
    case .linear: return max(1 - abs(distance), 0)
    case .cubic: return cubicKernel(distance, a: -0.5)
    case .lanczos:
      guard abs(distance) < 3 else { return 0 }
      return sinc(distance) * sinc(distance / 3)
    }
  }

  private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
}
