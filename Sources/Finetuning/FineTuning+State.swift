import Foundation
import Models
import Pretraining
import Tasks
import Tensors

extension FineTuning {
  private static let key = "finetune"
  private static let averagePrefix = "average"

  private var arrays: [NamedTensor] { parameters + (average?.parameters(prefix: Self.averagePrefix) ?? []) }

  /// Writes the exact state: every array, both moments, and the place in the data.
  package func save(to folder: URL) throws {
    let moments = optimizer.state().map {
      NamedTensor(name: Trainer.optimizerPrefix + $0.name, tensor: $0.tensor)
    }
    try writeSafetensors(
      arrays + moments, metadata: [:], dtype: .float32, to: folder.appendingPathComponent(Trainer.tensorsFile))
    try TrainerProgress(
      seed: settings.seed, completedSteps: completedSteps, skippedBatches: skippedBatches, guidance: "",
      optimizerSteps: [Self.key: optimizer.stepCount], undecodable: undecodable.sorted()
    ).write(to: folder)
  }

  package func load(from folder: URL) throws {
    let progress = try Trainer.progress(in: folder)
    guard progress.seed == settings.seed else {
      throw TrainerError.state("it was made with seed \(progress.seed), and this run has seed \(settings.seed)")
    }
    let file = try SafetensorsFile(folder.appendingPathComponent(Trainer.tensorsFile))
    let names = Set(file.names)
    let values: (String) throws -> [Float]? = { names.contains($0) ? try file.floats($0) : nil }
    let loaded = try arrays.map { array in
      (array.tensor, try Trainer.require(array.name, count: array.tensor.count, values))
    }
    let steps = progress.optimizerSteps[Self.key]
    let moments = try Trainer.moments(of: optimizer, key: Self.key, steps: steps, values)
    try optimizer.load(state: moments, stepCount: steps ?? 0)
    for (tensor, values) in loaded { tensor.write(values) }
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
