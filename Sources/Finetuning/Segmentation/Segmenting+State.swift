import Foundation
import Models
import Pretraining
import Tasks
import Tensors

extension Segmenting {
  private static let key = "segment"

  /// A frozen model stands in the checkpoint's model alone.
  private var state: OneOptimizerState {
    OneOptimizerState(key: Self.key, seed: settings.seed, arrays: parameters + statistics, optimizer: optimizer)
  }

  package func save(to folder: URL) throws {
    try state.save(
      to: folder, completedSteps: completedSteps, skippedBatches: skippedBatches, undecodable: undecodable)
  }

  package func load(from folder: URL) throws {
    let progress = try state.load(from: folder)
    completedSteps = progress.completedSteps
    skippedBatches = progress.skippedBatches
    undecodable = Set(progress.undecodable)
  }

  /// Writes model and head, with the classes by name and how pictures of any size are shown to it.
  package func saveModel(to folder: URL) throws {
    var card = ModelCard(
      family: .mvp, vision: model.backbone.configuration, normalization: normalization, seed: settings.seed,
      recipe: ["name": Self.key, "steps": "\(completedSteps)", "from": origin.words])
    card.classes = classNames
    card.segmentation = SegmentationCard(
      head: model.shape, inference: settings.inference, stride: settings.stride)
    try saveVision(
      model.backbone, others: model.head.parameters() + statistics, card: card,
      to: folder.appendingPathComponent(TaskFiles.model))
  }
}
