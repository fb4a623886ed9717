import Datasets
import Models
import Tasks
import Tensors

/// What a micro-batch was when its loss was not finite.
struct RejectedBatch {
  let micro: Int
  let batch: MaskedBatch
  /// Which of the guidances in force the targets are of.
  let guidance: Int
  /// Without history.
  let targets: Tensor
}

extension Trainer {
  /// The micro-batches of the step that was just rejected, one after the other: the one at which it was, as it was, the
  /// others loaded again. To be called before ``skipBatch()``.
  package func rejectedInputs(_ take: (StepInputs) throws -> Void) throws {
    for micro in 0..<settings.accumulation {
      let isThisOne = rejected?.micro == micro
      let batch = try rejected.flatMap { isThisOne ? $0.batch : nil } ?? nextBatch(micro: micro)
      let targets = isThisOne ? rejected?.targets : nil
      try take(
        StepInputs(
          number: batchNumber(micro: micro), pixels: batch.pixels, size: batch.size, mask: batch.mask,
          indices: batch.indices, names: names(of: batch.indices),
          guidance: isThisOne ? rejected?.guidance ?? 0 : 0, targets: targets?.array(), targetShape: targets?.shape))
    }
  }

  /// What was not finite first on the way to a loss.
  func origin(
    _ batch: MaskedBatch, pixels: Tensor, targets: Tensor, predictions: Tensor, _ head: GuidanceHead
  ) -> StepRejection.Origin {
    func pictures(_ values: Tensor) -> [String] {
      let parts = NonFiniteValues.parts(values.detached().float32().array(), of: batch.count)
      return names(of: parts.map { batch.indices[$0] })
    }
    let dark = pictures(pixels)
    if !dark.isEmpty { return .pixels(dark) }
    let untaught = pictures(targets)
    if !untaught.isEmpty {
      return .teacher(
        pictures: untaught, weights: head.guidance.network.map { broken($0.model.parameters()) } ?? [])
    }
    let weights = broken(studentParameters + head.parameters)
    if !weights.isEmpty { return .weights(weights) }
    let unseen = pictures(predictions)
    return unseen.isEmpty ? .loss : .predictions(unseen)
  }

  private func broken(_ parameters: [NamedTensor]) -> [String] {
    parameters.filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
  }

  private func names(of indices: [Int]) -> [String] {
    indices.map { loader.pictureSource?.itemName(at: $0) ?? "picture \($0)" }
  }
}
