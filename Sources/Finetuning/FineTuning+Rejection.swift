import Tasks
import Tensors

extension FineTuning {
  /// The step is not applied.
  func reject(
    _ quantity: StepRejection.Quantity, _ value: Double, _ origin: StepRejection.Origin
  ) -> StepOutcome {
    optimizer.zeroGradients()
    return .rejected(
      StepRejection(
        quantity: quantity, value: value, step: completedSteps + 1, guidance: "fine-tuning", origin: origin))
  }

  /// What is not finite on the way to a loss that is not.
  func origin(of mixed: MixedBatch, logits: Tensor) -> StepRejection.Origin {
    let weights = parameters.filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
    if !weights.isEmpty { return .weights(weights) }
    let pictures = names(NonFiniteValues.parts(mixed.batch.pixels, of: mixed.batch.count), mixed)
    if !pictures.isEmpty { return .pixels(pictures) }
    let predictions = names(NonFiniteValues.parts(logits.array(), of: mixed.batch.count), mixed)
    return predictions.isEmpty ? .lossOfWeights : .predictions(predictions)
  }

  private func names(_ places: [Int], _ mixed: MixedBatch) -> [String] {
    places.map { place in
      let index = mixed.batch.indices[place]
      return loader.pictureSource?.itemName(at: index) ?? "picture \(index)"
    }
  }
}
