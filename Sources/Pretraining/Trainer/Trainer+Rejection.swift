import Datasets
import Models
import Tensors

/// What a micro-batch was when its loss was not finite.
struct RejectedBatch {
  let micro: Int
  let batch: MaskedBatch
  /// Without history.
  let targets: Tensor
}

/// The pictures of one micro-batch as a step takes them: enough to make the step again without their source.
package struct StepInputs: Equatable, Sendable {
  /// Number in the run's stream of batches.
  package var number: Int
  /// [B, 3, size, size] in 0...1.
  package var pixels: [Float]
  package var size: Int
  /// B * patches entries, true = masked.
  package var mask: [Bool]
  /// Number and name of each picture in its source.
  package var indices: [Int]
  package var names: [String]
  /// What the guidance gave, and its shape; nil: it was not kept.
  package var targets: [Float]?
  package var targetShape: [Int]?

  package init(
    number: Int, pixels: [Float], size: Int, mask: [Bool], indices: [Int], names: [String], targets: [Float]? = nil,
    targetShape: [Int]? = nil
  ) {
    self.number = number
    self.pixels = pixels
    self.size = size
    self.mask = mask
    self.indices = indices
    self.names = names
    self.targets = targets
    self.targetShape = targetShape
  }

  package var count: Int { indices.count }
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
          indices: batch.indices, names: names(of: batch.indices), targets: targets?.array(),
          targetShape: targets?.shape))
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
      let teacher = head.guidance.uncached as? TeacherGuidance
      return .teacher(pictures: untaught, weights: teacher.map { broken($0.vision.model.parameters()) } ?? [])
    }
    let weights = broken(studentParameters + head.parameters)
    if !weights.isEmpty { return .weights(weights) }
    let unseen = pictures(predictions)
    return unseen.isEmpty ? .loss : .predictions(unseen)
  }

  /// Gradients come from the loss backwards: the last parameters first.
  func origin(gradients parameters: [NamedTensor]) -> StepRejection.Origin {
    let names = parameters.reversed().filter { parameter in
      parameter.tensor.gradient.map { NonFiniteValues($0) != nil } ?? false
    }.map(\.name)
    return names.isEmpty ? .norm : .gradients(names)
  }

  private func broken(_ parameters: [NamedTensor]) -> [String] {
    parameters.filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
  }

  private func names(of indices: [Int]) -> [String] {
    indices.map { loader.pictureSource?.itemName(at: $0) ?? "picture \($0)" }
  }
}
