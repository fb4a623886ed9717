import Datasets
import Models
import Pretraining
import Tasks
import Tensors

/// A fine-tuning between its steps: a model that was trained before and a fresh classifier on it learn the classes of
/// labelled pictures.
///
/// Everything random is a function of the seed and of the place in the data, so that a run that was saved and loaded
/// goes on bit for bit. It has no thread of its own and belongs to one serial queue.
package final class FineTuning {
  package internal(set) var settings: FineTuningSettings
  package let classifier: Classifier
  /// Moving average of the classifier's weights; nil where none is kept.
  let average: Classifier?
  package let normalization: PixelNormalization
  package let classNames: [String]
  let loader: any BatchSource
  let device: any ComputeDevice
  let origin: FineTuningOrigin
  let parameters: [NamedTensor]
  package let optimizer: AdamW

  package internal(set) var completedSteps = 0
  /// Batches left out after rejected steps.
  var skippedBatches = 0
  package let awaitsPictures = WaitFlag()
  /// Names of pictures that could not be decoded.
  var undecodable: Set<String> = []
  var spread: SpreadProbe
  /// nil: all micro-batches are made here.
  var sharing: StepSharing?

  /// - Parameters:
  ///   - origin: its model is copied.
  ///   - loader: gives micro-batches of the model's image size, with labels.
  ///   - classNames: by label.
  package init(
    settings: FineTuningSettings, origin: FineTuningOrigin, loader: any BatchSource, classNames: [String],
    device: any ComputeDevice
  ) throws {
    guard classNames.count > 1 else { throw FineTuningError.noClasses }
    self.settings = settings
    self.origin = origin
    self.loader = loader
    self.device = device
    self.classNames = classNames
    normalization = origin.normalization
    let configuration = origin.model.configuration.finetuned(
      finalNorm: settings.pooling == .cls, dropPath: settings.dropPath)
    classifier = Classifier(
      on: origin.model.adapted(to: configuration, seed: settings.seed), pooling: settings.pooling,
      classes: classNames.count, headScale: settings.headScale, seed: settings.seed)
    average = settings.averageDecay == nil ? nil : classifier.copy()
    parameters = classifier.parameters()
    optimizer = AdamW(
      groups: LayerDecay(rate: settings.layerDecay, depth: configuration.depth).groups(
        parameters, weightDecay: settings.weightDecay),
      beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon)
    spread = SpreadProbe(pooled: classifier.pooled)
  }

  /// What is judged and kept: the moving average where there is one.
  var kept: Classifier { average ?? classifier }
}

/// What keeps a fine-tuning from starting or going on, in one sentence.
package enum FineTuningError: Error, Equatable, CustomStringConvertible {
  case noClasses
  case unlabelled

  package var description: String {
    switch self {
    case .noClasses:
      "Fine-tuning learns to tell classes, and the pictures have fewer than two: put those of each class into a folder of its own."
    case .unlabelled:
      "Fine-tuning learns from labelled pictures, and some have no label: put those of each class into a folder of its own."
    }
  }
}
