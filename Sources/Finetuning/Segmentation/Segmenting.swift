import Datasets
import Models
import Pretraining
import Tasks
import Tensors

/// A segmentation between its steps: a head on a model that was trained before, and that model too where it is not
/// frozen, learn the classes of pixels.
///
/// Everything random is a function of the seed and of the place in the data, so that a run that was saved and loaded
/// goes on bit for bit. It has no thread of its own and belongs to one serial queue.
package final class Segmenting {
  package internal(set) var settings: SegmentingSettings
  package let model: SegmentationModel
  package let normalization: PixelNormalization
  package let classNames: [String]
  let loader: any BatchSource
  let previews: MapPreviews?
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
  var spread = SpreadProbe(pooled: { meanTokens($0) })
  /// Running moments of batch norms as they were before the step.
  var momentsBefore: [[Float]] = []

  /// - Parameters:
  ///   - origin: its model is copied.
  ///   - loader: gives micro-batches of the model's image size, with maps.
  ///   - classNames: of pixels, in the order of their numbers.
  package init(
    settings: SegmentingSettings, origin: FineTuningOrigin, loader: any BatchSource, classNames: [String],
    previews: MapPreviews? = nil, device: any ComputeDevice
  ) throws {
    guard classNames.count > 1 else { throw SegmentingError.noClasses }
    self.settings = settings
    self.origin = origin
    self.loader = loader
    self.previews = previews
    self.device = device
    self.classNames = classNames
    normalization = origin.normalization
    let configuration = origin.model.configuration.finetuned(
      finalNorm: settings.head.readsNormed, dropPath: settings.isFrozen ? 0 : settings.dropPath)
    if let problem = settings.head.problem(on: configuration) { throw SegmentingError.unfit(problem) }
    model = SegmentationModel(
      on: origin.model.adapted(to: configuration, seed: settings.seed), head: settings.head,
      classes: classNames.count, seed: settings.seed)
    guard loader.batchSize >= model.head.leastBatch else {
      throw SegmentingError.smallBatch(loader.batchSize, least: model.head.leastBatch)
    }
    if settings.isFrozen { model.backbone.freeze() }
    parameters = settings.isFrozen ? model.head.parameters() : model.parameters()
    optimizer = AdamW(
      groups: LayerDecay(rate: settings.layerDecay, depth: configuration.depth).groups(
        parameters, weightDecay: settings.weightDecay),
      beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon)
  }

  var statistics: [NamedTensor] { model.statistics() }
}

/// What keeps a segmentation from starting or going on, in one sentence.
package enum SegmentingError: Error, Equatable, CustomStringConvertible {
  case noClasses
  case unmapped
  case smallBatch(Int, least: Int)
  /// - Parameter problem: a whole clause.
  case unfit(String)
  case noPicture
  case showsNoAttention

  package var description: String {
    switch self {
    case .noClasses:
      "Segmentation learns to tell classes of pixels, and the maps have fewer than two: give maps of two or more."
    case .unmapped:
      "Segmentation learns from pictures with maps of their pixels' classes, and some have none: give those that have."
    case .smallBatch(let size, let least):
      "The head's batch norms need \(least) pictures a batch, and schedule.batch_size is \(size): give it more, or take segment.head linear."
    case .unfit(let problem): "\(problem): give segment.image_size a larger one, or take segment.head linear."
    case .noPicture: "There is no picture of that number: the preview set ends before it."
    case .showsNoAttention: "Attention is shown in runs that pre-train: this one segments."
    }
  }
}
