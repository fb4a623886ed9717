import Measures
import Models
import Recipe

/// What a task is and what it trains.
package struct TaskDescription {
  /// A network in words and one number.
  package struct Model: Equatable, Sendable {
    /// `ViT d128 L6 h4 p8 64px`
    package var summary: String
    package var parameters: Int

    package init(summary: String, parameters: Int) {
      self.summary = summary
      self.parameters = parameters
    }
  }

  /// A frozen network that gives targets.
  package struct Target: Equatable, Sendable {
    package var name: String
    package var model: Model
    /// Width of a target feature, which is that of predictions.
    package var featureWidth: Int
    /// How many codes there are, where targets are codes; nil: they are features.
    package var codes: Int?
    /// Values that the target of a token has.
    package var targetWidth: Int { codes == nil ? featureWidth : 1 }

    package init(name: String, model: Model, featureWidth: Int, codes: Int? = nil) {
      self.name = name
      self.model = model
      self.featureWidth = featureWidth
      self.codes = codes
    }
  }

  package var kind: TaskKind
  package var model: Model
  /// What each step measures.
  package var metrics: [Metric]
  /// In the session's order; empty where the task needs no other network.
  package var targets: [Target]
  /// Patches of the model's pictures, rows then columns.
  package var grid: (rows: Int, columns: Int)
  /// Patches of a picture that are masked; 0 where the task masks none.
  package var maskedPatches: Int
  /// Steps during which the learning rate rises.
  package var warmupSteps: Int
  /// Bytes of weights, gradients and moments, frozen networks included, activations apart.
  package var plannedBytes: Int
  /// Whether the model knows texts, by which it can be judged.
  package var knowsTexts: Bool
  /// Whether the model tells classes itself, by which it can be judged.
  package var classifies: Bool
  /// What the model began with, in words; empty where it began fresh.
  package var origin: String
  /// What a person should know of how weights were understood, a sentence each.
  package var notes: [String]

  package init(
    kind: TaskKind, model: Model, metrics: [Metric], targets: [Target] = [], grid: (rows: Int, columns: Int),
    maskedPatches: Int = 0, warmupSteps: Int, plannedBytes: Int, knowsTexts: Bool = false, classifies: Bool = false,
    origin: String = "", notes: [String] = []
  ) {
    self.kind = kind
    self.model = model
    self.metrics = metrics
    self.targets = targets
    self.grid = grid
    self.maskedPatches = maskedPatches
    self.warmupSteps = warmupSteps
    self.plannedBytes = plannedBytes
    self.knowsTexts = knowsTexts
    self.classifies = classifies
    self.origin = origin
    self.notes = notes
  }
}

extension TaskDescription.Model {
  /// A Vision Transformer: `ViT d128 L6 h4 p8 64px`.
  package init(_ configuration: VisionTransformerConfiguration, parameters: Int) {
    self.init(
      summary: "ViT d\(configuration.width) L\(configuration.depth) h\(configuration.heads) "
        + "p\(configuration.patchSize) \(configuration.imageSize)px",
      parameters: parameters)
  }
}
