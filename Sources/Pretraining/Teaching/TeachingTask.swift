import Datasets
import Foundation
import Models
import Tasks
import Tensors

/// A teacher's own training as a run knows it: ``ClipTeaching`` or ``DinoTeaching``. It has no masks, no guidance and
/// no values that change while it goes on.
package final class TeachingTask: TrainingTask {
  private let recipe: any TeachingRecipe
  /// Names of pictures that could not be decoded.
  private var undecodable: Set<String> = []
  private var spread = SpreadProbe()

  package init(_ teaching: ClipTeaching) { recipe = teaching }
  package init(_ teaching: DinoTeaching) { recipe = teaching }

  package var about: TaskDescription {
    let grid = recipe.model.configuration.grid
    let held = recipe.arrays.reduce(0) { $0 + $1.tensor.count }
    return TaskDescription(
      kind: recipe.kind,
      model: TaskDescription.Model(recipe.model.configuration, parameters: recipe.parameterCount), metrics: [],
      grid: (grid, grid), warmupSteps: recipe.warmupSteps,
      // Gradients and two moments beside every parameter that learns.
      plannedBytes: MemoryLayout<Float>.stride * (held + 3 * recipe.parameterCount),
      knowsTexts: recipe.kind == .teachClip)
  }

  package var completedSteps: Int { recipe.completedSteps }
  package var awaitsPictures: WaitFlag { recipe.awaitsPictures }
  package var product: (any TaskProduct)? { self }

  package func step() throws -> StepOutcome {
    do {
      let measured = try recipe.step()
      let newlySkipped = measured.skipped.filter { undecodable.insert($0.path).inserted }
      return .applied(
        TrainerMetrics(
          step: measured.step,
          epoch: Double(recipe.batchNumber * recipe.batchSize) / Double(max(recipe.source.count, 1)),
          loss: measured.loss, learningRate: measured.learningRate, gradientNorm: measured.gradientNorm, guidance: "",
          pictures: recipe.batchSize, seconds: measured.seconds, phases: measured.phases, newlySkipped: newlySkipped,
          skippedPictures: undecodable.count))
    } catch let rejection as StepRejection {
      return .rejected(rejection)
    }
  }

  package func skipBatch() { recipe.skippedBatches += 1 }

  package func subject() -> TaskSubject { recipe.subject() }

  package func featureSpread() -> SpreadOfFeatures? {
    spread.measure(recipe.model, normalization: recipe.normalization, source: recipe.source)
  }

  package func saveModel(to folder: URL) throws {
    try recipe.save(to: folder.appendingPathComponent(TaskFiles.model), scores: [:], dtype: .float32)
  }

  package func save(to folder: URL) throws {
    try writeSafetensors(
      recipe.arrays + recipe.optimizer.namedMoments, metadata: [:], dtype: .float32,
      to: folder.appendingPathComponent(Trainer.tensorsFile))
    try TrainerProgress(
      seed: recipe.seed, completedSteps: recipe.completedSteps, skippedBatches: recipe.skippedBatches, guidance: "",
      optimizerSteps: [recipe.kind.rawValue: recipe.optimizer.optimizer.stepCount], undecodable: undecodable.sorted()
    ).write(to: folder)
  }

  package func load(from folder: URL) throws {
    let progress = try Trainer.progress(in: folder)
    guard progress.seed == recipe.seed else {
      throw TrainerError.state("it was made with seed \(progress.seed), and this run has seed \(recipe.seed)")
    }
    let file = try SafetensorsFile(folder.appendingPathComponent(Trainer.tensorsFile))
    let names = Set(file.names)
    let values: (String) throws -> [Float]? = { names.contains($0) ? try file.floats($0) : nil }
    let key = recipe.kind.rawValue
    let loaded = try recipe.arrays.map { array in
      (array.tensor, try Trainer.require(array.name, count: array.tensor.count, values))
    }
    let optimizer = recipe.optimizer.optimizer
    let moments = try Trainer.moments(of: optimizer, key: key, steps: progress.optimizerSteps[key], values)
    try optimizer.load(state: moments, stepCount: progress.optimizerSteps[key] ?? 0)
    for (tensor, values) in loaded { tensor.write(values) }
    recipe.completedSteps = progress.completedSteps
    recipe.skippedBatches = progress.skippedBatches
    undecodable = Set(progress.undecodable)
  }
}

extension TeachingTask: TaskProduct {
  package func write(to file: URL, scores: [String: Double]) throws {
    try recipe.save(to: file, scores: scores, dtype: .float16)
  }
}
