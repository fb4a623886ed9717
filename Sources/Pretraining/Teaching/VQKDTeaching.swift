import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// The training of BEiT v2's tokenizer (Peng et al. 2022, section 2.2): a small picture encoder learns codes from which
/// the features of a frozen teacher can be told, of every patch; CLS has no part in it.
package final class VQKDTeaching {
  package let settings: VQKDTeachingSettings
  package let source: any PictureSource
  package let tokenizer: VQKDTokenizer
  package let teacher: any Guidance
  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  let awaitsPictures = WaitFlag()
  private let loader: BatchLoader
  private let schedule: CosineSchedule
  var optimizer: TeachingOptimizer
  let device: any ComputeDevice

  /// - Parameter teacher: of the recipe's grid.
  /// - Throws: ``TeachingError/grid(teacher:patches:tokenizer:)``.
  package init(
    settings: VQKDTeachingSettings = VQKDTeachingSettings(), source: any PictureSource, teacher: any Guidance,
    device: any ComputeDevice
  ) throws {
    guard teacher.grid == settings.grid.rowsAndColumns else {
      throw TeachingError.grid(
        teacher: teacher.name, patches: PlaneSize(height: teacher.grid.rows, width: teacher.grid.columns),
        tokenizer: settings.grid)
    }
    self.settings = settings
    self.source = source
    self.teacher = teacher
    self.device = device
    tokenizer = VQKDTokenizer(
      settings.shape(outputs: teacher.featureWidth), device: device, seed: settings.seed)
    loader = BatchLoader(
      source: source, batchSize: settings.batchSize, seed: settings.seed,
      augmentation: Augmentation(
        size: settings.imageSize, framing: .randomCrop(scale: settings.cropScale...1, ratio: 0.75...(4.0 / 3)),
        flip: 0.5, jitter: ColorJitter(brightness: 0, contrast: 0, saturation: 0)),
      prefetch: settings.prefetchBatches, threads: settings.workers, isPatient: true)
    schedule = settings.schedule
    optimizer = TeachingOptimizer(
      tokenizer.parameters(prefix: ""), weightDecay: settings.weightDecay, beta2: 0.99, epsilon: 1e-8, clip: 0,
      recipe: "vqkd")
  }

  package static let metrics =
    usualMetrics + [.teacherSeconds, .reconstructionCosine, .commitment, .codebookUsage, .codePerplexity]

  package func step() throws -> TeachingMetrics {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    let batch = try waiting { try loader.batch(step: batchNumber)[0] }
    values[.dataSeconds] = watch.lap()
    let pixels = Tensor(batch.pixels, shape: batch.shape, device: device)
    let targets = patchTokens(try teacher.targets(pixels: pixels))
    values[.teacherSeconds] = watch.lap()
    let quantizer = tokenizer.codes.quantizer
    let isFirst = !quantizer.isStarted
    let pass = tokenizer.pass(pixels, targets: targets, seed: settings.seed)
    values[.loss] = pass.loss
    values[.reconstructionCosine] = -Double(pass.negativeCosine.scalar)
    values[.commitment] = Double(pass.quantized.commitment.scalar)
    (values[.codebookUsage], values[.codePerplexity]) = codeUse(pass.quantized.places, of: settings.codes)
    values[.forwardSeconds] = watch.lap()
    do {
      try optimizer.apply(
        pass.objective, learningRate: schedule.value(at: completedSteps), step: completedSteps + 1, values: &values)
    } catch {
      if isFirst { quantizer.forget() }
      throw error
    }
    quantizer.follow(pass.latents, places: pass.quantized.places)
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
    let card = ModelCard(
      family: .vit, vision: tokenizer.shape.encoder, normalization: CodeEncoder.normalization, seed: settings.seed,
      recipe: [
        "name": "vqkd", "data": source.name, "steps": "\(completedSteps)", "batch": "\(settings.batchSize)",
        "learning_rate": "\(settings.learningRate)", "weight_decay": "\(settings.weightDecay)",
        "warmup_steps": "\(settings.warmupSteps)", "crop_scale": "\(settings.cropScale)",
        "teacher": teacher.summary,
      ], scores: scores)
    try saveVQKD(tokenizer, teacher: teacher.name, card: card, dtype: dtype, to: url)
  }
}

extension VQKDTeaching: NetworkTeaching {
  var kind: TaskKind { .teachVQKD }
  var seed: UInt64 { settings.seed }
  var batchSize: Int { settings.batchSize }
  var warmupSteps: Int { settings.warmupSteps }
  var model: VisionTransformer { tokenizer.codes.encoder }
  var normalization: PixelNormalization { CodeEncoder.normalization }
  var parameterCount: Int { tokenizer.parameterCount }
  var arrays: [NamedTensor] { optimizer.parameters + tokenizer.codes.quantizer.arrays }

  /// The encoder, by which the features below the codes are judged.
  func subject() -> TaskSubject { TaskSubject(model: model.copy(), normalization: normalization) }
}
