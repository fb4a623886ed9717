import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// Settings of ``ClipTeaching``. The defaults make the teacher that ships with the project.
package struct ClipTeachingSettings: TeachingSettings {
  package var seed: UInt64 = 0
  package var steps = 3000
  package var batchSize = 64
  package var learningRate = 1e-3
  package var minimumLearningRate = 1e-5
  package var warmupSteps = 100
  package var weightDecay: Float = 0.05
  package var gradientClip: Float = 1
  package var imageSize: PlaneSize = 64
  package var patchSize = 8
  package var width = 96
  package var depth = 4
  package var heads = 3
  package var textWidth = 96
  package var textDepth = 2
  package var textHeads = 4
  /// Tokens of a caption, start and end included.
  package var contextLength = 12
  /// Width of the space that pictures and captions share.
  package var projection = 64
  /// Least area of a random crop.
  package var cropScale: Float = 0.6
  /// Strength of brightness, contrast and saturation jitter; weak, as captions name colours.
  package var jitter: Float = 0.15
  /// Threads that make batches, and batches that are made ahead.
  package var workers = 1
  package var prefetchBatches = 4

  package init() {}

  /// The learning rate of every step.
  package var schedule: CosineSchedule {
    CosineSchedule(
      base: learningRate, final: minimumLearningRate, warmupStart: learningRate * 0.01, warmupSteps: warmupSteps,
      totalSteps: steps)
  }
}

/// Contrastive language-image pre-training of a small CLIP (Radford et al. 2021, figure 3): two towers, a learned
/// temperature, AdamW and a cosine schedule; pictures that are cropped and mirrored a little.
package final class ClipTeaching {
  /// CLIP clips the learned scale there.
  private static let largestScale = 100.0
  private static let initialTemperature = 0.07

  package let settings: ClipTeachingSettings
  package let source: any PictureSource
  package let vision: VisionTransformer
  package let text: TextTransformer
  package let tokenizer: WordTokenizer
  package let normalization = PixelNormalization.clip
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  let awaitsPictures = WaitFlag()
  private let logitScale: Tensor
  private let loader: BatchLoader
  private let schedule: CosineSchedule
  var optimizer: TeachingOptimizer
  let device: any ComputeDevice

  /// - Parameters:
  ///   - source: pictures with captions; its captions make the vocabulary.
  ///   - words: further words that the vocabulary must have, of prompts for instance.
  package init(
    settings: ClipTeachingSettings = ClipTeachingSettings(), source: any PictureSource, words: [String] = [],
    device: any ComputeDevice
  ) throws {
    let captions = (0..<min(source.count, 4000)).compactMap { source.caption(at: $0) }
    guard !captions.isEmpty else { throw TeachingError.noCaptions(source: source.name) }
    self.settings = settings
    self.source = source
    self.device = device
    tokenizer = WordTokenizer(captions: captions + words)
    var tower = VisionTransformerConfiguration.clip(
      imageSize: settings.imageSize, patchSize: settings.patchSize, width: settings.width, depth: settings.depth,
      heads: settings.heads, projection: settings.projection)
    tower.initialValues = .width
    vision = VisionTransformer(tower, device: device, seed: settings.seed)
    text = TextTransformer(
      TextTransformerConfiguration(
        vocabularySize: tokenizer.vocabularySize, contextLength: settings.contextLength, width: settings.textWidth,
        depth: settings.textDepth, heads: settings.textHeads, projection: settings.projection,
        endToken: tokenizer.endToken), device: device, seed: settings.seed)
    logitScale = Tensor([Float(log(1 / Self.initialTemperature))], shape: [1], device: device)
    logitScale.requiresGradient = true
    loader = BatchLoader(
      source: source, batchSize: settings.batchSize, seed: settings.seed,
      augmentation: Augmentation(
        size: settings.imageSize, framing: .randomCrop(scale: settings.cropScale...1, ratio: 0.8...1.25), flip: 0.5,
        jitter: ColorJitter(
          brightness: settings.jitter, contrast: settings.jitter, saturation: settings.jitter)),
      prefetch: settings.prefetchBatches, threads: settings.workers, isPatient: true)
    schedule = settings.schedule
    optimizer = TeachingOptimizer(
      vision.parameters(prefix: "vision") + text.parameters(prefix: "text")
        + [NamedTensor(name: "logit_scale", tensor: logitScale)],
      weightDecay: settings.weightDecay, beta2: 0.98, epsilon: 1e-6, clip: settings.gradientClip, recipe: "clip")
  }

  /// Parameters of both towers.
  package var parameterCount: Int { vision.parameterCount + text.parameterCount }

  package static let metrics = usualMetrics + [.captionAccuracy, .logitScale]

  package func step() throws -> TeachingMetrics {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    let batch = try waiting { try loader.batch(step: batchNumber)[0] }
    values[.dataSeconds] = watch.lap()
    let pixels = Tensor(batch.pixels, shape: batch.shape, device: device)
    let images = l2Normalize(
      vision.projected(selectToken(vision.features(pixels, normalization: normalization), 0)))
    let texts = l2Normalize(
      text.features(batch.captions.map { tokenizer.encode($0, contextLength: settings.contextLength) }))
    let loss = contrastiveLoss(image: images, text: texts, logitScale: logitScale)
    values[.loss] = Double(loss.scalar)
    values[.captionAccuracy] = Self.accuracy(images: images, texts: texts)
    let rate = schedule.value(at: completedSteps)
    values[.forwardSeconds] = watch.lap()
    try optimizer.apply(loss, learningRate: rate, step: completedSteps + 1, values: &values)
    logitScale.write([min(logitScale.scalar, Float(log(Self.largestScale)))])
    completedSteps += 1
    values[.logitScale] = exp(Double(logitScale.scalar))
    values[.stepSeconds] = whole.lap()
    return TeachingMetrics(step: completedSteps, values: values, skipped: batch.skipped)
  }

  private static func accuracy(images: Tensor, texts: Tensor) -> Double {
    let count = images.shape[0]
    let cosines = matmulTransposed(images.detached(), texts.detached()).array()
    let right = (0..<count).count { row in
      (0..<count).allSatisfy { cosines[row * count + $0] <= cosines[row * count + row] }
    }
    return Double(right) / Double(max(count, 1))
  }

  /// Frozen copy of the image tower, for evaluation while teaching goes on.
  package func snapshot() -> VisionTransformer { vision.copy() }

  /// One text feature a class, [classes, projection]: the mean over prompts, each of length 1, brought to length 1
  /// again.
  /// - Parameter prompts: for every class its texts.
  package func classFeatures(_ prompts: [[String]]) -> Tensor { classFeatures(prompts, by: text) }

  private func classFeatures(_ prompts: [[String]], by text: TextTransformer) -> Tensor {
    Models.classFeatures(prompts) { texts in
      text.features(texts.map { tokenizer.encode($0, contextLength: settings.contextLength) })
    }
  }

  /// Writes both towers, the vocabulary and how they were made, in half precision.
  /// - Parameter scores: by name, on held-out data.
  package func save(to url: URL, scores: [String: Double]) throws {
    try save(to: url, scores: scores, dtype: .float16)
  }

  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws {
    let card = ModelCard(
      family: .clip, vision: vision.configuration, normalization: normalization, text: text.configuration,
      words: tokenizer.words, logitScale: logitScale.scalar, seed: settings.seed,
      recipe: [
        "name": "clip", "data": source.name, "steps": "\(completedSteps)", "batch": "\(settings.batchSize)",
        "learning_rate": "\(settings.learningRate)", "weight_decay": "\(settings.weightDecay)",
        "warmup_steps": "\(settings.warmupSteps)", "crop_scale": "\(settings.cropScale)",
        "jitter": "\(settings.jitter)",
      ], scores: scores)
    try saveVision(vision, text: text, card: card, dtype: dtype, to: url)
  }
}

extension ClipTeaching: NetworkTeaching {
  var kind: TaskKind { .teachClip }
  var seed: UInt64 { settings.seed }
  var batchSize: Int { settings.batchSize }
  var warmupSteps: Int { settings.warmupSteps }
  var model: VisionTransformer { vision }
  var arrays: [NamedTensor] { optimizer.parameters }

  /// The image tower, and class features by the text tower, both as they are now.
  func subject() -> TaskSubject {
    let frozen = TextTransformer(text.configuration, device: device, seed: settings.seed)
    frozen.copyParameters(from: text)
    frozen.freeze()
    return TaskSubject(model: snapshot(), normalization: normalization) { self.classFeatures($0, by: frozen) }
  }
}
