import Recipe

/// Keeps what a rejected step was made of, so that it can be made again.
package protocol StepReplaying: AnyObject {
  /// Pictures of the data and of a micro-batch, which decide epochs and rates.
  var pictureCount: Int { get }
  var microBatch: Int { get }

  /// The micro-batches of the step that was just rejected, one after the other. To be called before
  /// ``TrainingTask/skipBatch()``.
  func rejectedInputs(_ take: (StepInputs) throws -> Void) throws
  /// Makes the next step on these micro-batches without applying it, and examines what each stage gives.
  func examineStep(_ inputs: [StepInputs]) throws -> StepExamination
}

/// The pictures of one micro-batch as a step takes them: enough to make the step again without their source.
package struct StepInputs: Equatable, Sendable {
  /// Number in the run's stream of batches.
  package var number: Int
  /// [B, C, height, width] in 0...1.
  package var pixels: [Float]
  package var size: PlaneSize
  /// B * patches entries, true = masked.
  package var mask: [Bool]
  /// Number and name of each picture in its source.
  package var indices: [Int]
  package var names: [String]
  /// Which of the guidances in force, from 0 on, gave ``targets``.
  package var guidance: Int
  /// What the guidance gave, and its shape; nil: it was not kept.
  package var targets: [Float]?
  package var targetShape: [Int]?

  package init(
    number: Int, pixels: [Float], size: PlaneSize, mask: [Bool], indices: [Int], names: [String],
    guidance: Int = 0, targets: [Float]? = nil, targetShape: [Int]? = nil
  ) {
    self.number = number
    self.pixels = pixels
    self.size = size
    self.mask = mask
    self.indices = indices
    self.names = names
    self.guidance = guidance
    self.targets = targets
    self.targetShape = targetShape
  }

  package var count: Int { indices.count }
  /// Of ``pixels``, as a tensor has it.
  package var shape: [Int] { [count, pixels.count / max(count * size.area, 1), size.height, size.width] }
}
