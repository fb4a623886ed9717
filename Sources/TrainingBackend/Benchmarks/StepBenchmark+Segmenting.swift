import Datasets
import Finetuning
import Foundation
import Models
import Pretraining
import Recipe
import Tensors

extension StepBenchmark {
  /// As ADE20K has.
  package static let segmentationClasses = 150
  /// Words for the heads of a segmentation.
  package static let heads = SegmentationHeadKind.allCases.map(\.rawValue)

  /// Takes a head by its word.
  /// - Parameter channels: width of UperNet; nil: as it is.
  /// - Returns: false where no head has the name.
  package mutating func takeHead(_ name: String, channels: Int? = nil) -> Bool {
    guard let kind = SegmentationHeadKind(rawValue: name) else { return false }
    head = SegmentationHeadShape(kind, channels: channels ?? head.channels, width: size.width)
    return true
  }

  /// The segmentation that is measured: the head on a model with layer scale and a table of relative positions in every
  /// block, and what BEiT's recipe has for UperNet (layer decay .65, drop path .1), at a constant rate. Weights,
  /// pictures, maps and decisions are the same whenever it is made.
  package func segmenting(device: any ComputeDevice) throws -> Segmenting {
    let rate = 1e-4
    var settings = SegmentingSettings(
      seed: 0,
      learningRate: CosineSchedule(
        base: rate, final: rate, warmupStart: rate, warmupSteps: 0, totalSteps: warmup + steps))
    settings.head = head
    settings.isFrozen = isFrozen
    settings.layerDecay = 0.65
    settings.dropPath = 0.1
    settings.recomputesActivations = recompute
    return try Segmenting(
      settings: settings,
      origin: FineTuningOrigin(
        model: VisionTransformer(segmented, device: device, seed: 1), normalization: .imageNet, words: "random weights"),
      loader: BatchesInMemory((0..<Self.batches).map(mappedBatch)),
      classNames: (0..<Self.segmentationClasses).map { "class \($0)" }, device: device)
  }

  private var segmented: VisionTransformerConfiguration {
    .beit(imageSize: size.image, patchSize: size.patch, width: size.width, depth: size.depth, heads: size.heads)
  }

  /// What makes a step of segmentation of these sizes impossible, as a sentence; nil when nothing does.
  package var segmentingProblem: String? {
    if case .uperNet = head, size.batch < 2 {
      return "--batch is \(size.batch): UperNet's batch norms need 2 pictures or more."
    }
    return head.problem(on: segmented).map { "A step of these sizes cannot be made: \($0)." }
  }

  /// Noise with a class for every pixel but those of the first lines.
  private func mappedBatch(_ number: Int) -> Batch {
    var batch = batch(number)
    var generator = Philox(seed: 0, purpose: .other, stream: UInt64(Self.batches + number))
    let square = size.image.area
    batch.maps = (0..<size.batch * square).map { pixel in
      pixel % square < 4 * size.image.width ? LabelMap.ignored : UInt8(generator.below(Self.segmentationClasses))
    }
    return batch
  }

  /// Work of the matrix products of one step in GFLOP, a multiply-add counted as two: a backward pass is twice its
  /// forward, less the gradient of the pixels; a frozen model goes forward only.
  var segmentingGFLOP: Double {
    let headWork =
      switch head {
      case .linear: Double(size.grid.area * size.width * Self.segmentationClasses)
      case .uperNet(let channels):
        UperNetHead.multiplyAdds(
          grid: size.grid, patchSize: size.patch, width: Double(size.width), channels: Double(channels),
          classes: Double(Self.segmentationClasses))
      }
    let headPasses = 2 * Double(size.batch) * headWork * (isFrozen ? 2 : 3)
    return size.backboneGFLOP(learns: !isFrozen) + headPasses / 1e9
  }

  /// What another implementation needs to make the first steps of the segmentation again, step by step:
  ///
  /// - the model's weights before the first, by BEiT's names under `model.`, the head's by mmsegmentation's; windows of
  ///   convolutions by (row, column, channel), outputs of transposed ones by (row, column, channel);
  /// - `pixels.STEP` [B, 3, H, W] in 0...1 and `maps.STEP` [B, S, S], 255 where the class is not known;
  /// - `drop.STEP` [blocks, 2, B]: the factor on each branch (attention, MLP) of each picture;
  /// - `channels.STEP` [B, channels], `auxiliary.STEP` [B, channels]: UperNet's factors on the channels before its
  ///   classifiers.
  ///
  /// The metadata have the head, the pixels' normalisation, the optimiser's values, the scale of each parameter's
  /// learning rate and its weight decay (of those that learn), and the losses that the steps gave.
  func exportSegmenting(to file: URL, steps: Int) throws {
    let device = try engine.makeDevice()
    let task = try segmenting(device: device)
    // Copied, as the steps change them.
    var export = StepExport(
      format: "mvp-benchmark-segment", device: device, tensors: task.model.copy().parameters(prefix: "model"))
    for step in 0..<steps {
      let batch = mappedBatch(step % Self.batches)
      export.add("pixels.\(step)", batch.pixels, batch.shape)
      export.add("maps.\(step)", batch.maps.map(Float.init), [batch.count, batch.size.height, batch.size.width])
      export.add("drop.\(step)", task.dropPath(number: step), depth: size.depth, batch: batch.count)
      let factors = task.model.head.dropoutFactors(task.dropout(number: step), batch: batch.count)
      for (name, factors) in zip(["channels", "auxiliary"], factors) {
        export.add("\(name).\(step)", factors, [batch.count, factors.count / batch.count])
      }
      try export.step(task)
    }
    try export.write(
      self, optimizer: task.optimizer, learningRate: task.settings.learningRate.value(at: 0),
      normalization: task.normalization,
      metadata: ["head": head.kind.rawValue, "classes": "\(Self.segmentationClasses)"], to: file)
  }
}
