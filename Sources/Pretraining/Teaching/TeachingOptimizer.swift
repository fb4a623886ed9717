import Tasks
import Tensors

/// AdamW with clipping for a teacher's own training.
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

  /// Moments under the names that they have in a checkpoint.
  var namedMoments: [NamedTensor] {
    optimizer.state().map { NamedTensor(name: Trainer.optimizerPrefix + $0.name, tensor: $0.tensor) }
  }

  /// Backward, clipping and update.
  /// - Parameters:
  ///   - frozen: names whose gradients are dropped in this step.
  ///   - phases: takes the seconds of each part.
  /// - Returns: the gradient's norm before clipping.
  /// - Throws: ``StepRejection`` where loss or gradient are not finite: nothing is applied then.
  func apply(
    _ loss: Tensor, learningRate: Double, step: Int, phases: inout TrainerPhases,
    frozen: (String) -> Bool = { _ in false }
  ) throws -> Double {
    var watch = Stopwatch()
    optimizer.zeroGradients()
    let value = Double(loss.scalar)
    guard value.isFinite else { throw rejection(.loss, value, step, brokenWeights) }
    loss.backward()
    phases.backward += watch.lap()
    for parameter in parameters where frozen(parameter.name) { parameter.tensor.gradient = nil }
    let norm = globalGradientNorm(parameters)
    guard norm.isFinite else {
      let broken = brokenGradients
      optimizer.zeroGradients()
      throw rejection(.gradientNorm, Double(norm), step, broken)
    }
    if clip > 0, norm > clip { scaleGradients(parameters, by: clip / (norm + 1e-6)) }
    optimizer.step(learningRate: Float(learningRate))
    optimizer.zeroGradients()
    phases.optimizer += watch.lap()
    return Double(norm)
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

  private var brokenGradients: StepRejection.Origin {
    let names = parameters.reversed().filter { $0.tensor.gradient.map { NonFiniteValues($0) != nil } ?? false }
    return names.isEmpty ? .norm : .gradients(names.map(\.name))
  }
}
