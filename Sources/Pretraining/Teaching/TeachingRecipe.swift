import Datasets
import Foundation
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// What ``ClipTeaching`` and ``DinoTeaching`` have in common for a run.
protocol TeachingRecipe: AnyObject {
  var kind: TaskKind { get }
  var seed: UInt64 { get }
  var batchSize: Int { get }
  var warmupSteps: Int { get }
  var source: any PictureSource { get }
  var device: any ComputeDevice { get }
  var optimizer: TeachingOptimizer { get set }
  /// The network that is kept.
  var model: VisionTransformer { get }
  var normalization: PixelNormalization { get }
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
  func subject() -> TaskSubject
  /// Makes the network as it was before its first step, where its features are held against those; nil: they are not.
  var untrained: (() -> VisionTransformer)? { get }
  func save(to url: URL, scores: [String: Double], dtype: StorageType) throws
}

extension TeachingRecipe {
  var untrained: (() -> VisionTransformer)? { nil }

  /// Number of the batch that the next step sees.
  var batchNumber: Int { completedSteps + skippedBatches }

  /// Loads pictures, and says meanwhile that it waits for them.
  func waiting<Result>(_ load: () throws -> Result) rethrows -> Result {
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    return try load()
  }
}
