import Datasets
import Finetuning
import Foundation
import Models
import Pretraining
import Recipe
import Tensors

extension StepBenchmark {
  /// As ImageNet-1K has.
  package static let fineTuningClasses = 1000

  /// The fine-tuning that is measured: BEiT's recipe (mean of the patches, layer decay .65, mixup .8, cutmix 1, label
  /// smoothing .1, random erasing .25, drop path .1) at a constant rate. Weights, pictures and decisions are the same
  /// whenever it is made.
  package func fineTuning(device: any ComputeDevice) throws -> FineTuning {
    let rate = 4e-3
    return try FineTuning(
      settings: FineTuningSettings(
        seed: 0,
        learningRate: CosineSchedule(
          base: rate, final: rate, warmupStart: rate, warmupSteps: 0, totalSteps: warmup + steps),
        headScale: 1, recomputesActivations: recompute),
      origin: FineTuningOrigin(
        model: VisionTransformer(student(), device: device, seed: 1), normalization: .imageNet, words: "random weights"),
      loader: BatchesInMemory((0..<Self.batches).map(labelledBatch)),
      classNames: (0..<Self.fineTuningClasses).map { "class \($0)" }, device: device)
  }

  private func labelledBatch(_ number: Int) -> Batch {
    var batch = batch(number)
    var generator = Philox(seed: 0, purpose: .other, stream: UInt64(Self.batches + number))
    batch.labels = batch.indices.map { _ in generator.below(Self.fineTuningClasses) }
    return batch
  }

  /// What another implementation needs to make the first steps of the fine-tuning again, step by step:
  ///
  /// - the classifier's weights before the first, by timm's names under `model.`, its layer scales by BEiT's
  ///   (`gamma_1`, `gamma_2`);
  /// - `pixels.STEP` [B, C, H, W] in 0...1 and `labels.STEP` [B] as they were loaded;
  /// - `mixing.STEP`: 0 for none, 1 for mixup, 2 for cutmix; the share of a picture's own label; left, top, width and
  ///   height of the part that comes from the picture at the mirrored place;
  /// - `inputs.STEP` and `targets.STEP` [B, classes]: after erasing and mixing;
  /// - `drop.STEP` [blocks, 2, B]: the factor on each branch (attention, MLP) of each picture.
  ///
  /// The metadata have the pixels' normalisation, the optimiser's values, the scale of each parameter's learning rate
  /// and its weight decay, and the losses that the steps gave.
  func exportFineTuning(to file: URL, steps: Int) throws {
    let device = try engine.makeDevice()
    let tuning = try fineTuning(device: device)
    // Copied, as the steps change them.
    var export = StepExport(
      format: "mvp-benchmark-finetune", device: device, tensors: tuning.classifier.copy().parameters(prefix: "model"))
    for step in 0..<steps {
      let loaded = labelledBatch(step % Self.batches)
      let seen = try tuning.mixed(loaded, number: step)
      let (count, size, pixels) = (loaded.count, loaded.size, loaded.shape)
      export.add("pixels.\(step)", loaded.pixels, pixels)
      export.add("labels.\(step)", loaded.labels.map(Float.init), [count])
      export.add("mixing.\(step)", seen.decision.numbers(size: size), [6])
      export.add("inputs.\(step)", seen.mixed.batch.pixels, pixels)
      export.add("targets.\(step)", seen.mixed.targets, [count, Self.fineTuningClasses])
      export.add("drop.\(step)", tuning.dropPath(number: step), depth: self.size.depth, batch: count)
      try export.step(tuning)
    }
    try export.write(
      self, optimizer: tuning.optimizer, learningRate: tuning.settings.learningRate.value(at: 0),
      normalization: tuning.normalization, to: file)
  }
}

extension BatchMixing.Decision {
  /// Kind, share, left, top, width, height.
  fileprivate func numbers(size: PlaneSize) -> [Float] {
    switch self {
    case .plain: [0, share(size: size), 0, 0, 0, 0]
    case .mixup: [1, share(size: size), 0, 0, 0, 0]
    case .cutmix(let box):
      [2, share(size: size), Float(box.left), Float(box.top), Float(box.width), Float(box.height)]
    }
  }
}
