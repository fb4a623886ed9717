import Datasets
import Finetuning
import Models
import Pretraining
import Tasks
import Tensors

/// A linear head (batch norm and a 1x1 convolution) that learns the classes of pixels on the frozen patches of a model,
/// as DINOv2 judges its models (facebookresearch/dinov2 `dinov2/eval/segmentation`), in short: AdamW, a warm-up of a
/// twentieth of the steps, then a rate that falls on a line to 0.
final class SegmentHeadTraining {
  private let task: Segmenting
  let steps: Int
  /// One of so many steps is warm-up.
  static let warmupPart = 20
  static let weightDecay: Float = 1e-4
  let pictures: any MappedPictures
  private(set) var skipped: [SkippedPicture] = []

  struct Recipe {
    var steps: Int
    var batch: Int
    var rate: Double
    var pictures: Int
    var seed: UInt64
  }

  /// - Throws: ``SegmentingError``.
  init(on subject: EvaluationSubject, source: any MappedPictures, _ recipe: Recipe) throws {
    pictures = MappedSubset(
      source, indices: drawnPlaces(source.count, seed: recipe.seed).prefix(recipe.pictures).sorted())
    steps = recipe.steps
    var settings = SegmentingSettings(
      seed: recipe.seed,
      learningRate: CosineSchedule(
        base: recipe.rate, final: 0, warmupSteps: recipe.steps / Self.warmupPart, totalSteps: recipe.steps))
    settings.weightDecay = Self.weightDecay
    let size = subject.model.configuration.imageSize
    task = try Segmenting(
      settings: settings,
      origin: FineTuningOrigin(model: subject.model, normalization: subject.normalization, words: ""),
      loader: BatchLoader(
        mapped: pictures, batchSize: min(recipe.batch, pictures.count), seed: recipe.seed,
        augmentation: MapAugmentation(
          size: size, scale: 0.75...1.5, distortsColours: true, padding: subject.normalization.mean)),
      classNames: source.mapClasses, device: subject.model.device)
  }

  var done: Int { task.completedSteps }

  /// One step.
  /// - Throws: a rejection where it is not finite.
  func advance() throws {
    switch try task.step() {
    case .applied(let metrics): skipped += metrics.newlySkipped
    case .rejected(let rejection): throw rejection
    }
  }

  /// What was learned.
  func classifier() -> PixelClassifier { PixelClassifier(task.segmenter(), normalization: task.normalization) }
}
