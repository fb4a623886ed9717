import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// Settings of ``DvaeTeaching``. The defaults make the tokenizer that ships with the project.
package struct DvaeTeachingSettings: TeachingSettings {
  /// How a picture is compared with what is made of its codes.
  package enum Comparison: String, Sendable, CaseIterable {
    case squared
    case smoothL1 = "smooth_l1"
  }

  package var seed: UInt64 = 0
  package var steps = 1200
  package var batchSize = 32
  package var learningRate = 2e-3
  package var minimumLearningRate = 1e-5
  package var warmupSteps = 50
  package var weightDecay: Float = 0
  package var gradientClip: Float = 1
  package var imageSize: PlaneSize = 64
  package var sizes = DiscreteVAEConfiguration()
  package var comparison = Comparison.squared
  /// Of the softmax over codes: at the start, as BEiT's, and at the end, along a cosine. The lower it is, the more a
  /// place is one code alone, as it is when codes are told.
  package var startTemperature = 0.9
  package var temperature = 0.3
  /// What the divergence of a place's codes from all codes alike weighs; 0 in BEiT's code.
  package var divergenceWeight: Float = 0
  /// Least area of a random crop.
  package var cropScale: Float = 0.4
  /// Threads that make batches, and batches that are made ahead.
  package var workers = 1
  package var prefetchBatches = 4

  package init() {}
}

/// Teaches a small discrete variational autoencoder, BEiT's own kind of tokenizer (microsoft/unilm,
/// `beit/modeling_discrete_vae.py`): Gumbel noise on the logits, a softmax that sharpens, and the picture made again
/// from the codes' weighted vectors.
package final class DvaeTeaching {
  package let settings: DvaeTeachingSettings
  package let source: any PictureSource
  package let tokenizer: DiscreteVAE
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  let awaitsPictures = WaitFlag()
  private let loader: BatchLoader
  private let schedule: CosineSchedule
  private let temperature: CosineSchedule
  var optimizer: TeachingOptimizer
  let device: any ComputeDevice

  /// - Throws: ``TeachingError/tokenSize(image:stride:)``.
  package init(
    settings: DvaeTeachingSettings = DvaeTeachingSettings(), source: any PictureSource, device: any ComputeDevice
  ) throws {
    guard settings.imageSize.shorter > 0, settings.imageSize.isMultiple(of: settings.sizes.stride) else {
      throw TeachingError.tokenSize(image: settings.imageSize, stride: settings.sizes.stride)
    }
    self.settings = settings
    self.source = source
    self.device = device
    tokenizer = DiscreteVAE(settings.sizes, device: device, seed: settings.seed)
    loader = BatchLoader(
      source: source, batchSize: settings.batchSize, seed: settings.seed,
      augmentation: Augmentation(
        size: settings.imageSize, framing: .randomCrop(scale: settings.cropScale...1, ratio: 0.75...(4.0 / 3)),
        flip: 0.5, jitter: ColorJitter(brightness: 0, contrast: 0, saturation: 0)),
      prefetch: settings.prefetchBatches, threads: settings.workers, isPatient: true)
    schedule = settings.schedule
    temperature = CosineSchedule(
      base: settings.startTemperature, final: settings.temperature, totalSteps: settings.steps)
    optimizer = TeachingOptimizer(
      tokenizer.parameters(), weightDecay: settings.weightDecay, beta2: 0.99, epsilon: 1e-8,
      clip: settings.gradientClip, recipe: "dvae")
  }

  package static let metrics =
    usualMetrics + [.reconstructionLoss, .codePerplexity, .codebookUsage, .codeTemperature]

  package func step() throws -> TeachingMetrics {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    let batch = try waiting { try loader.batch(step: batchNumber)[0] }
    values[.dataSeconds] = watch.lap()
    let pixels = Tensor(batch.pixels, shape: batch.shape, device: device)
    let softness = temperature.value(at: completedSteps)
    let loss = self.loss(of: pixels, temperature: Float(softness), values: &values)
    values[.loss] = Double(loss.scalar)
    values[.codeTemperature] = softness
    values[.forwardSeconds] = watch.lap()
    try optimizer.apply(
      loss, learningRate: schedule.value(at: completedSteps), step: completedSteps + 1, values: &values)
    completedSteps += 1
    values[.stepSeconds] = whole.lap()
    return TeachingMetrics(step: completedSteps, values: values, skipped: batch.skipped)
  }

  /// The loss of the next step on some pictures, with history.
  /// - Parameter pixels: [B, 3, H, W] in 0...1.
  package func loss(of pixels: Tensor, temperature: Float) -> Tensor {
    var values = MetricValues()
    return loss(of: pixels, temperature: temperature, values: &values)
  }

  private func loss(of pixels: Tensor, temperature: Float, values: inout MetricValues) -> Tensor {
    let map = tokenizer.map(of: pixels)
    let logits = tokenizer.logits(of: map)
    let use = codeUse(rowArgmax(logits.detached()), of: settings.sizes.codes)
    values[.codebookUsage] = use.usage
    values[.codePerplexity] = use.perplexity
    let made = tokenizer.picture(of: softmax(add(logits, noise(like: logits)), temperature: temperature))
    let likeness =
      switch settings.comparison {
      case .squared: meanSquaredLoss(made, map)
      case .smoothL1: smoothL1Loss(made, map, beta: 1)
      }
    values[.reconstructionLoss] = Double(likeness.scalar)
    guard settings.divergenceWeight > 0 else { return likeness }
    // KL(q || all codes alike) = ln K - H(q).
    let most = Tensor(
      [settings.divergenceWeight * log(Float(settings.sizes.codes))], shape: likeness.shape, device: device)
    return add(likeness, add(most, scaled(softmaxEntropy(logits), by: -settings.divergenceWeight)))
  }

  /// Gumbel noise, -ln(-ln u), of the next batch.
  private func noise(like logits: Tensor) -> Tensor {
    var generator = Philox(seed: settings.seed, purpose: .gumbel, stream: UInt64(batchNumber))
    let noise = (0..<logits.count).map { _ in
      -log(-log(min(max(generator.uniform(), Float.leastNormalMagnitude), 1 - Float.ulpOfOne)))
    }
    return Tensor(noise, shape: logits.shape, device: device)
  }

  /// Writes the tokenizer and how it was made, in half precision.
  package func save(to url: URL, scores: [String: Double]) throws {
    try save(to: url, scores: scores, dtype: .float16)
  }

  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws {
    let card = TokenizerCard(
      seed: settings.seed,
      recipe: [
        "name": "dvae", "data": source.name, "steps": "\(completedSteps)", "batch": "\(settings.batchSize)",
        "learning_rate": "\(settings.learningRate)", "warmup_steps": "\(settings.warmupSteps)",
        "comparison": settings.comparison.rawValue, "crop_scale": "\(settings.cropScale)",
        "temperature": "\(settings.startTemperature) to \(settings.temperature)",
        "divergence_weight": "\(settings.divergenceWeight)",
      ], scores: scores)
    try tokenizer.save(card: card, dtype: dtype, to: url)
  }
}

extension DvaeTeaching: TeachingRecipe {
  var kind: TaskKind { .teachDvae }
  var seed: UInt64 { settings.seed }
  var batchSize: Int { settings.batchSize }
  var warmupSteps: Int { settings.warmupSteps }
  var parameterCount: Int { tokenizer.parameterCount }
  var arrays: [NamedTensor] { optimizer.parameters }
  var grid: PlaneSize { settings.imageSize / settings.sizes.stride }
  var summary: String {
    "dVAE k\(settings.sizes.codes) d\(settings.sizes.width) p\(settings.sizes.stride) \(settings.imageSize)px"
  }
}
