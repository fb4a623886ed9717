import Tensors
import Testing

/// Largest difference between two arrays, relative to the largest magnitude of the second (at least `floor`).
func relativeDifference(_ found: [Float], _ expected: [Float], floor: Float = 1e-6) -> Float {
  guard found.count == expected.count else { return .infinity }
  let size = expected.reduce(floor) { max($0, abs($1)) }
  var worst: Float = 0
  for (a, b) in zip(found, expected) {
    guard a.isFinite, b.isFinite else { return .infinity }
    worst = max(worst, abs(a - b) / size)
  }
  return worst
}

func expectClose(
  _ found: [Float], _ expected: [Float], within tolerance: Float = 1e-5, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = relativeDifference(found, expected)
  #expect(difference <= tolerance, "\(what) differs by \(difference)", sourceLocation: sourceLocation)
}

/// Σ y u as a scalar whose backward hands `upstream` to y.
func dotProduct(_ y: Tensor, _ upstream: [Float]) -> Tensor {
  matmulTransposed(
    y.reshaped([1, y.count]), Tensor(upstream, shape: [1, y.count], device: y.device))
}

/// The same sum in Double, without history.
func dotInDouble(_ y: Tensor, _ upstream: [Float]) -> Double {
  zip(y.array(), upstream).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Standard normal values that depend on nothing but the arguments.
func normalValues(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
  var generator = Philox(seed: seed, purpose: .other)
  return (0..<count).map { _ in generator.normal() * scale }
}

func normalTensor(
  _ shape: [Int], seed: UInt64, scale: Float = 1, tracked: Bool = false, device: any ComputeDevice
) -> Tensor {
  let tensor = Tensor(normalValues(shape.reduce(1, *), seed: seed, scale: scale), shape: shape, device: device)
  tensor.requiresGradient = tracked
  return tensor
}
