import Measures
import Tasks
import Tensors

/// AdamW with clipping for a teacher's own training.
struct TeachingOptimizer {
  let parameters: [NamedTensor]
  let optimizer: AdamW
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  var clip: Float
  /// Factor on the rate of every step.
  var scale = 1.0
  let recipe: String

  init(
    _ parameters: [NamedTensor], weightDecay: Float, beta1: Float = 0.9, beta2: Float, epsilon: Float, clip: Float,
    recipe: String
  ) {
    self.parameters = parameters
    self.clip = clip
    self.recipe = recipe
    optimizer = AdamW(
      groups: weightDecayGroups(parameters, weightDecay: weightDecay), beta1: beta1, beta2: beta2, epsilon: epsilon)
  }

  /// Backward, clipping and update.
  /// - Parameters:
  ///   - frozen: names whose gradients are dropped in this step.
  ///   - values: takes learning rate, norm and the seconds of each part.
  /// - Throws: ``StepRejection`` where loss or gradient are not finite, or what the device could not do: nothing is
  ///   applied then.
  func apply(
    _ loss: Tensor, learningRate: Double, step: Int, values: inout MetricValues,
    frozen: (String) -> Bool = { _ in false }
  ) throws {
    var watch = Stopwatch()
    optimizer.zeroGradients()
    let value = Double(loss.scalar)
    try loss.device.confirm()
    guard value.isFinite else { throw rejection(.loss, value, step, brokenWeights) }
    loss.backward()
    loss.device.endPart()
    values[.backwardSeconds] = watch.lap()
    for parameter in parameters where frozen(parameter.name) { parameter.tensor.gradient = nil }
    let norm = globalGradientNorm(parameters)
    try loss.device.confirm()
    guard norm.isFinite else {
      let broken = StepRejection.Origin(gradients: parameters)
      optimizer.zeroGradients()
      throw rejection(.gradientNorm, Double(norm), step, broken)
    }
    clipGradients(parameters, norm: norm, to: clip)
    optimizer.step(learningRate: Float(learningRate))
    optimizer.zeroGradients()
    try loss.device.confirm()
    loss.device.endPart()
    values[.optimizerSeconds] = watch.lap()
    values[.learningRate] = learningRate
    values[.gradientNorm] = Double(norm)
  }

  private func rejection(
    _ quantity: StepRejection.Quantity, _ value: Double, _ step: Int, _ origin: StepRejection.Origin
  ) -> StepRejection {
    StepRejection(quantity: quantity, value: value, step: step, guidance: "the recipe of \(recipe)", origin: origin)
  }

  private var brokenWeights: StepRejection.Origin {
    let names = parameters.filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
    return names.isEmpty ? .lossOfWeights : .weights(names)
  }
}
