import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// What the trainings of teachers and tokenizers have in common for a run.
protocol TeachingRecipe: AnyObject {
  var kind: TaskKind { get }
  var seed: UInt64 { get }
  var batchSize: Int { get }
  var warmupSteps: Int { get }
  var source: any PictureSource { get }
  var device: any ComputeDevice { get }
  var optimizer: TeachingOptimizer { get set }
  /// What is kept, in a few words: `ViT d128 L6 h4 p8 64px`.
  var summary: String { get }
  /// Patches, or codes, of its pictures.
  var grid: PlaneSize { get }
  /// Parameters of every network that learns.
  var parameterCount: Int { get }
  /// Every array that a step changes, moments apart, by a name of its own.
  var arrays: [NamedTensor] { get }
  /// Place in the training and in the data.
  var completedSteps: Int { get set }
  var skippedBatches: Int { get set }
  /// Whether the running step waits for pictures.
  var awaitsPictures: WaitFlag { get }

  /// What a step measures.
  static var metrics: [Metric] { get }
  /// - Throws: ``StepRejection`` where a value is not finite: nothing is applied then.
  func step() throws -> TeachingMetrics
  /// - Throws: ``TeachingError/noFeatures(_:)`` where what is kept has no features to judge.
  func subject() throws -> TaskSubject
  /// How widely its features are spread; nil where it has none.
  func featureSpread(_ probe: inout SpreadProbe) -> SpreadOfFeatures?
  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws
}

extension TeachingRecipe {
  /// Number of the batch that the next step sees.
  var batchNumber: Int { completedSteps + skippedBatches }

  /// Loads pictures, and says meanwhile that it waits for them.
  func waiting<Result>(_ load: () throws -> Result) rethrows -> Result {
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    return try load()
  }
}

/// A recipe that keeps nothing with features.
extension TeachingRecipe {
  func subject() throws -> TaskSubject { throw TeachingError.noFeatures(kind.rawValue) }
  func featureSpread(_ probe: inout SpreadProbe) -> SpreadOfFeatures? { nil }
}

/// A recipe that keeps a vision transformer.
protocol NetworkTeaching: TeachingRecipe {
  var model: VisionTransformer { get }
  var normalization: PixelNormalization { get }
  /// Makes the network as it was before its first step, where its features are held against those; nil: they are not.
  var untrained: (() -> VisionTransformer)? { get }
}

extension NetworkTeaching {
  var untrained: (() -> VisionTransformer)? { nil }
  var summary: String { TaskDescription.Model(model.configuration, parameters: 0).summary }
  var grid: PlaneSize { model.configuration.grid }

  func featureSpread(_ probe: inout SpreadProbe) -> SpreadOfFeatures? {
    probe.measure(model, untrained: untrained, normalization: normalization, source: source)
  }
}
