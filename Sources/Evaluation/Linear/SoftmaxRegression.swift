import Tensors

/// Multinomial logistic regression on frozen features: mean cross-entropy + (decay / 2) |weight|^2, biases not decayed,
/// solved to its optimum by L-BFGS. The problem is convex, so neither seed nor learning rate matters.
package struct SoftmaxRegression {
  private static let gradientTolerance = 2e-5

  let classes: Int
  let decay: Double
  private let features: Tensor
  private let labels: [Int32]
  private let width: Int
  private var search: LBFGS

  /// - Parameter features: [R, D], standardised, without gradient.
  package init(features: Tensor, labels: [Int32], classes: Int, decay: Double, maximumIterations: Int) {
    self.features = features
    self.labels = labels
    self.classes = classes
    self.decay = decay
    width = features.shape[1]
    search = LBFGS(
      start: [Double](repeating: 0, count: classes * (width + 1)), gradientTolerance: Self.gradientTolerance,
      maximumIterations: maximumIterations)
  }

  package var isDone: Bool { search.isDone }
  package var iterations: Int { search.iterations }
  /// Value of the objective at the best point.
  package var objective: Double { search.value }

  /// One evaluation of the objective and its gradient.
  package mutating func advance() {
    let (weight, bias) = tensors(search.candidate)
    weight.requiresGradient = true
    bias.requiresGradient = true
    let loss = crossEntropy(linear(features, weight: weight, bias: bias), labels: labels)
    var value = Double(loss.scalar)
    loss.backward()
    var gradient = (weight.gradient?.array() ?? []).map { Double($0) }
    for index in gradient.indices {
      let entry = search.candidate[index]
      value += 0.5 * decay * entry * entry
      gradient[index] += decay * entry
    }
    gradient += (bias.gradient?.array() ?? []).map { Double($0) }
    search.report(value: value, gradient: gradient)
  }

  /// Logits of other features with the best weights so far, [R, classes].
  package func logits(_ features: Tensor) -> Tensor {
    let (weight, bias) = tensors(search.point)
    return linear(features, weight: weight, bias: bias)
  }

  private func tensors(_ point: [Double]) -> (weight: Tensor, bias: Tensor) {
    let values = point.map { Float($0) }
    let device = features.device
    return (
      Tensor(Array(values.prefix(classes * width)), shape: [classes, width], device: device),
      Tensor(Array(values.suffix(classes)), shape: [classes], device: device)
    )
  }
}
