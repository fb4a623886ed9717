import Datasets
import Foundation
import Measures
import Models
import Tasks
import Tensors

/// A training without masks and guidance as a run knows it: that of a teacher or a tokenizer, or that of a student by
/// method dino.
package final class TeachingTask: TrainingTask {
  private let recipe: any TeachingRecipe
  /// Names of pictures that could not be decoded.
  private var undecodable: Set<String> = []
  private var spread = SpreadProbe()

  package init(_ teaching: ClipTeaching) { recipe = teaching }
  package init(_ teaching: DinoTeaching) { recipe = teaching }
  package init(_ teaching: DvaeTeaching) { recipe = teaching }
  package init(_ teaching: VQKDTeaching) { recipe = teaching }
  package init(_ teaching: PeCoTeaching) { recipe = teaching }

  package var about: TaskDescription {
    let held = recipe.arrays.reduce(0) { $0 + $1.tensor.count }
    return TaskDescription(
      kind: recipe.kind,
      model: TaskDescription.Model(summary: recipe.summary, parameters: recipe.parameterCount),
      metrics: type(of: recipe).metrics,
      grid: recipe.grid.rowsAndColumns, warmupSteps: recipe.warmupSteps,
      // Gradients and two moments beside every parameter that learns.
      plannedBytes: MemoryLayout<Float>.stride * (held + 3 * recipe.parameterCount),
      knowsTexts: recipe.kind == .teachClip)
  }

  package var completedSteps: Int { recipe.completedSteps }
  package var awaitsPictures: WaitFlag { recipe.awaitsPictures }
  package var product: (any TaskProduct)? { recipe.kind.isTeaching ? self : nil }
  package var liveValues: (any LiveValues)? { recipe.kind.isTeaching ? nil : self }

  package func step() throws -> StepOutcome {
    do {
      let measured = try recipe.step()
      var values = measured.values
      values[.imagesPerSecond] = Double(recipe.batchSize) / max(values[.stepSeconds] ?? 0, 1e-9)
      let newlySkipped = measured.skipped.filter { undecodable.insert($0.path).inserted }
      return .applied(
        TrainerMetrics(
          step: measured.step,
          epoch: Double(recipe.batchNumber * recipe.batchSize) / Double(max(recipe.source.count, 1)),
          guidance: "", pictures: recipe.batchSize, values: values, newlySkipped: newlySkipped,
          skippedPictures: undecodable.count))
    } catch let rejection as StepRejection {
      return .rejected(rejection)
    }
  }

  package func skipBatch() { recipe.skippedBatches += 1 }

  package func subject() throws -> TaskSubject { try recipe.subject() }

  package func featureSpread() -> SpreadOfFeatures? { recipe.featureSpread(&spread) }

  package func saveModel(to folder: URL) throws {
    try recipe.save(to: folder.appendingPathComponent(TaskFiles.model), scores: [:], dtype: .float32)
  }

  private var state: OneOptimizerState {
    OneOptimizerState(
      key: recipe.kind.rawValue, seed: recipe.seed, arrays: recipe.arrays, optimizer: recipe.optimizer.optimizer)
  }

  package func save(to folder: URL) throws {
    try state.save(
      to: folder, completedSteps: recipe.completedSteps, skippedBatches: recipe.skippedBatches,
      undecodable: undecodable)
  }

  package func load(from folder: URL) throws {
    let progress = try state.load(from: folder)
    recipe.completedSteps = progress.completedSteps
    recipe.skippedBatches = progress.skippedBatches
    undecodable = Set(progress.undecodable)
  }
}

/// Of a student; a teacher has no section of the session that they could stand in.
extension TeachingTask: LiveValues {
  package var liveKeys: Set<String> { ["optimizer.learning_rate_scale", "optimizer.clip_gradient"] }
  package var lossKeys: Set<String> { [] }

  package func apply(_ values: LiveRecipe) throws {
    recipe.optimizer.scale = values.learningRateScale
    recipe.optimizer.clip = values.gradientClip
  }
}

extension TeachingTask: TaskProduct {
  package func write(to file: URL, scores: [String: Double]) throws {
    try recipe.save(to: file, scores: scores, dtype: .float16)
  }
}
