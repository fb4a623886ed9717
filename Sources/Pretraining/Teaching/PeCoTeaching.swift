import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// Settings of ``PeCoTeaching``. The defaults make the tokenizer that ships with the project.
///
/// PeCo's code is not public, and its abstract gives no sizes: every value here is inferred, the quantiser's from BEiT
/// v2's, the rest chosen for small pictures.
package struct PeCoTeachingSettings: TeachingSettings {
  package var seed: UInt64 = 0
  package var steps = 1500
  package var batchSize = 64
  package var learningRate = 1e-3
  package var minimumLearningRate = 1e-5
  package var warmupSteps = 100
  package var weightDecay: Float = 1e-4
  package var gradientClip: Float = 1
  package var imageSize: PlaneSize = 64
  package var widths = [32, 64, 96]
  package var codes = 256
  package var codeWidth = 32
  /// Factor on the perceptual distance.
  package var perception: Float = 1
  /// Least area of a random crop.
  package var cropScale: Float = 0.4
  /// Threads that make batches, and batches that are made ahead.
  package var workers = 1
  package var prefetchBatches = 4

  package init() {}

  var shape: PictureCoderShape { PictureCoderShape(widths: widths, codes: codes, codeWidth: codeWidth) }
}

/// The training of a perceptual codebook after what PeCo's abstract and text say of it (Dong et al. 2021,
/// arXiv 2111.12710): a VQ-VAE whose pictures are compared by pixels and, through a frozen self-supervised vision
/// transformer, by deep features. See ``PerceptualDistance`` and ``PeCoTeachingSettings`` for what is inferred: nearly
/// all.
package final class PeCoTeaching {
  package let settings: PeCoTeachingSettings
  package let source: any PictureSource
  package let coder: PictureCoder
  package let distance: PerceptualDistance
  /// Name of the transformer that compares.
  package let teacher: String
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  let awaitsPictures = WaitFlag()
  private let loader: BatchLoader
  private let schedule: CosineSchedule
  var optimizer: TeachingOptimizer
  let device: any ComputeDevice

  /// - Parameters:
  ///   - vision: compares pictures; opened for pictures of the recipe's size.
  /// - Throws: ``TeachingError/size(teacher:pixels:tokenizer:)``.
  package init(
    settings: PeCoTeachingSettings = PeCoTeachingSettings(), source: any PictureSource, teacher: String,
    vision: LoadedVision, device: any ComputeDevice
  ) throws {
    let size = vision.model.configuration.imageSize
    guard size == settings.imageSize else {
      throw TeachingError.size(teacher: teacher, pixels: size, tokenizer: settings.imageSize)
    }
    self.settings = settings
    self.source = source
    self.teacher = teacher
    self.device = device
    distance = PerceptualDistance(vision)
    coder = PictureCoder(settings.shape, device: device, seed: settings.seed)
    loader = BatchLoader(
      source: source, batchSize: settings.batchSize, seed: settings.seed,
      augmentation: Augmentation(
        size: settings.imageSize, framing: .randomCrop(scale: settings.cropScale...1, ratio: 0.75...(4.0 / 3)),
        flip: 0.5),
      prefetch: settings.prefetchBatches, threads: settings.workers, isPatient: true)
    schedule = settings.schedule
    optimizer = TeachingOptimizer(
      coder.parameters(prefix: "coder"), weightDecay: settings.weightDecay, beta2: 0.99, epsilon: 1e-8,
      clip: settings.gradientClip, recipe: "peco")
  }

  package static let metrics =
    usualMetrics + [.reconstructionLoss, .perceptualDistance, .commitment, .codebookUsage, .codePerplexity]

  package func step() throws -> TeachingMetrics {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    let batch = try waiting { try loader.batch(step: batchNumber)[0] }
    values[.dataSeconds] = watch.lap()
    let pixels = Tensor(batch.pixels, shape: batch.shape, device: device)
    let isFirst = !coder.quantizer.isStarted
    let pass = coder.pass(pixels, seed: settings.seed)
    let perceived = distance(pass.pictures, pixels)
    let loss = add(
      add(pass.difference, pass.quantized.commitment), scaled(perceived, by: settings.perception))
    values[.loss] = Double(loss.scalar)
    values[.reconstructionLoss] = Double(pass.difference.scalar)
    values[.perceptualDistance] = Double(perceived.scalar)
    values[.commitment] = Double(pass.quantized.commitment.scalar)
    (values[.codebookUsage], values[.codePerplexity]) = codeUse(pass.quantized.places, of: settings.codes)
    values[.forwardSeconds] = watch.lap()
    do {
      try optimizer.apply(
        loss, learningRate: schedule.value(at: completedSteps), step: completedSteps + 1, values: &values)
    } catch {
      if isFirst { coder.quantizer.forget() }
      throw error
    }
    coder.quantizer.follow(pass.latents, places: pass.quantized.places)
    completedSteps += 1
    values[.stepSeconds] = whole.lap()
    return TeachingMetrics(step: completedSteps, values: values, skipped: batch.skipped)
  }

  /// Writes the tokenizer and how it was made, in half precision.
  /// - Parameter scores: by name, on held-out data.
  package func save(to url: URL, scores: [String: Double]) throws {
    try save(to: url, scores: scores, dtype: .float16)
  }

  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws {
    let card = TokenizerCard(
      seed: settings.seed,
      recipe: [
        "name": "peco", "data": source.name, "steps": "\(completedSteps)", "batch": "\(settings.batchSize)",
        "learning_rate": "\(settings.learningRate)", "weight_decay": "\(settings.weightDecay)",
        "warmup_steps": "\(settings.warmupSteps)", "crop_scale": "\(settings.cropScale)",
        "perception": "\(settings.perception)", "teacher": distance.vision.report,
        "blocks": distance.taps.map { "\($0 + 1)" }.joined(separator: ","),
      ], scores: scores)
    try coder.save(card: card, teacher: teacher, dtype: dtype, to: url)
  }
}

extension PeCoTeaching: TeachingRecipe {
  var kind: TaskKind { .teachPeCo }
  var seed: UInt64 { settings.seed }
  var batchSize: Int { settings.batchSize }
  var warmupSteps: Int { settings.warmupSteps }
  var summary: String {
    "VQ-VAE k\(settings.codes) d\(settings.codeWidth) p\(settings.shape.stride) \(settings.imageSize)px"
  }
  var grid: PlaneSize { settings.imageSize / settings.shape.stride }
  var parameterCount: Int { coder.parameterCount }
  var arrays: [NamedTensor] { optimizer.parameters + coder.quantizer.arrays }
}
