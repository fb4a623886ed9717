import Foundation
import Models
import Pretraining
import Tasks
import Tensors

extension FineTuning {
  private static let key = "finetune"
  private static let averagePrefix = "average"

  private var state: OneOptimizerState {
    OneOptimizerState(
      key: Self.key, seed: settings.seed,
      arrays: parameters + (average?.parameters(prefix: Self.averagePrefix) ?? []), optimizer: optimizer)
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

  /// Writes model and classifier under timm's names, with the classes by name.
  package func saveModel(to folder: URL) throws {
    var card = ModelCard(
      family: .mvp, vision: kept.backbone.configuration, normalization: normalization, seed: settings.seed,
      recipe: ["name": Self.key, "steps": "\(completedSteps)", "from": origin.words])
    card.classes = classNames
    card.pooling = settings.pooling
    card.cropShare = settings.testCrop
    try saveVision(
      kept.backbone, others: kept.ownParameters(), card: card, to: folder.appendingPathComponent(TaskFiles.model))
  }
}
