import Tensors

/// AdamW with clipping for a teacher's own training; a step that is not finite ends the training with an error.
struct TeachingOptimizer {
  let parameters: [NamedTensor]
  let optimizer: AdamW
  let clip: Float
  let recipe: String

  init(_ parameters: [NamedTensor], weightDecay: Float, beta2: Float, epsilon: Float, clip: Float, recipe: String) {
    self.parameters = parameters
    self.clip = clip
    self.recipe = recipe
    optimizer = AdamW(
      groups: weightDecayGroups(parameters, weightDecay: weightDecay), beta1: 0.9, beta2: beta2, epsilon: epsilon)
  }

  /// Backward, clipping and update.
  /// - Parameter frozen: names whose gradients are dropped in this step.
  /// - Returns: the gradient's norm before clipping.
  func apply(_ loss: Tensor, learningRate: Double, step: Int, frozen: (String) -> Bool = { _ in false }) throws
    -> Double
  {
    optimizer.zeroGradients()
    guard loss.scalar.isFinite else { throw TeachingError.diverged(recipe: recipe, step: step) }
    loss.backward()
    for parameter in parameters where frozen(parameter.name) { parameter.tensor.gradient = nil }
    let norm = globalGradientNorm(parameters)
    guard norm.isFinite else { throw TeachingError.diverged(recipe: recipe, step: step) }
    if clip > 0, norm > clip { scaleGradients(parameters, by: clip / (norm + 1e-6)) }
    optimizer.step(learningRate: Float(learningRate))
    optimizer.zeroGradients()
    return Double(norm)
  }
}
