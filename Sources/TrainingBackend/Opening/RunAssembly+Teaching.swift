import Datasets
import Foundation
import Models
import Pretraining
import Recipe
import Sessions

/// The recipes of teachers, with what a session says of them.
extension RunAssembly {
  func clipTeachingSettings(steps: Int) -> ClipTeachingSettings {
    var recipe = ClipTeachingSettings()
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  func dinoTeachingSettings(steps: Int) -> DinoTeachingSettings {
    var recipe = DinoTeachingSettings()
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  func dvaeTeachingSettings(steps: Int) -> DvaeTeachingSettings {
    var recipe = DvaeTeachingSettings()
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  func vqkdTeachingSettings(steps: Int) -> VQKDTeachingSettings {
    var recipe = VQKDTeachingSettings()
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  func pecoTeachingSettings(steps: Int) -> PeCoTeachingSettings {
    var recipe = PeCoTeachingSettings()
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  /// The teacher of a tokenizer, with its name.
  /// - Parameters:
  ///   - grid: patches along each side; nil: as many as a picture of `imageSize` has.
  func tokenizersTeacher(grid: Int? = nil, imageSize: Int? = nil) throws -> (name: String, vision: LoadedVision) {
    let name = settings.teach.teacher ?? settings.task.usualTeacher ?? ""
    guard TeachSettings.shippedTeachers.contains(name) else {
      let file = URL(fileURLWithPath: name)
      return (
        file.deletingPathExtension().lastPathComponent,
        try loadVision(from: file, device: device, grid: grid, imageSize: imageSize)
      )
    }
    return (name, try shippedTeacher(name, device: device, grid: grid, imageSize: imageSize))
  }

  /// The same things as in the drawn scenes that are trained on, in other pictures; nil where pictures are not drawn.
  var sceneryElsewhere: ScenesSource? {
    guard settings.data.kind == .scenes else { return nil }
    return ScenesSource(seed: settings.data.seed, range: settings.data.range, size: settings.data.imageSize, place: 1)
  }

  /// The schedule's rate of each step of the session's task.
  func learningRates(datasetSize: Int, totalSteps: Int) -> CosineSchedule {
    switch settings.task {
    case .pretrain: trainerSettings(datasetSize: datasetSize, totalSteps: totalSteps).learningRate
    case .teachClip: clipTeachingSettings(steps: totalSteps).schedule
    case .teachDvae: dvaeTeachingSettings(steps: totalSteps).schedule
    case .teachDino: dinoTeachingSettings(steps: totalSteps).schedule
    case .teachVQKD: vqkdTeachingSettings(steps: totalSteps).schedule
    case .teachPeCo: pecoTeachingSettings(steps: totalSteps).schedule
    case .finetune, .segment: sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps)
    }
  }
}
