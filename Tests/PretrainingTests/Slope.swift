import Tensors
import Testing

/// The slope of a loss along its gradient, by central differences, is the gradient's length squared; every parameter
/// has a gradient.
func expectSlope(
  of loss: () -> Tensor, _ parameters: [NamedTensor], reach: Double = 1e-2, within tolerance: Double = 1e-2,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  loss().backward()
  let starts = parameters.map { $0.tensor.array() }
  let slopes = try parameters.map {
    try #require($0.tensor.gradient, "\($0.name)", sourceLocation: sourceLocation).array()
  }
  let square = slopes.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } }
  let step = Float(reach / square.squareRoot())
  func moved(_ sign: Float) -> Double {
    for (place, parameter) in parameters.enumerated() {
      parameter.tensor.write(zip(starts[place], slopes[place]).map { $0 + sign * step * $1 })
    }
    return Double(loss().scalar)
  }
  let slope = (moved(1) - moved(-1)) / (2 * Double(step))
  #expect(
    abs(slope - square) < tolerance * square, "slope \(slope), from the gradient \(square)",
    sourceLocation: sourceLocation)
}
