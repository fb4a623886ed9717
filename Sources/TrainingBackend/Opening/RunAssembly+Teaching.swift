import Datasets
import Foundation
import Models
import Pretraining
import Recipe
import Sessions
import Tensors

/// The recipes of teachers, with what a session says of them.
extension RunAssembly {
  /// A recipe with what the session says of length, batches and seed.
  func told<Recipe: TeachingSettings>(_ recipe: Recipe, steps: Int) -> Recipe {
    var recipe = recipe
    recipe.seed = settings.seed
    recipe.steps = steps
    recipe.batchSize = settings.schedule.batchSize
    recipe.workers = settings.data.workers
    recipe.prefetchBatches = settings.data.prefetchBatches
    return recipe
  }

  /// The teacher of a tokenizer, with its name.
  /// - Parameters:
  ///   - grid: patches of a picture; nil: as many as a picture of `imageSize` has.
  func tokenizersTeacher(grid: PlaneSize? = nil, imageSize: PlaneSize? = nil) throws -> (
    name: String, vision: LoadedVision
  ) {
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

  /// Pre-training by method dino: what the session says of student, crops and rates; schedules of the teacher follow
  /// the run's length. Temperatures rise over a tenth of it (30 of 300 epochs in facebookresearch/dino), prototypes
  /// rest for a twentieth, and the teacher looks back at most a twentieth at first.
  func dinoSettings(datasetSize: Int, totalSteps: Int) -> DinoTeachingSettings {
    let (wanted, optimizer, augmentation) = (settings.objective.dino, settings.optimizer, settings.data.augmentation)
    let student = studentConfiguration
    var recipe = told(DinoTeachingSettings(), steps: totalSteps)
    recipe.kind = .pretrain
    recipe.student = student
    recipe.normalization = normalization
    recipe.rates = sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps)
    recipe.learningRateScale = optimizer.learningRateScale
    recipe.weightDecay = Float(optimizer.weightDecay)
    (recipe.beta1, recipe.beta2) = (Float(optimizer.betas[0]), Float(optimizer.betas[1]))
    recipe.epsilon = Float(optimizer.epsilon)
    recipe.gradientClip = Float(optimizer.clipGradient ?? 0)
    recipe.globalScale = Float(augmentation.scale.lowerBound)...Float(augmentation.scale.upperBound)
    recipe.ratio = Float(augmentation.ratio.lowerBound)...Float(augmentation.ratio.upperBound)
    recipe.flip = Float(augmentation.flip)
    recipe.colours = ColorJitter(
      brightness: Float(augmentation.jitter[0]), contrast: Float(augmentation.jitter[1]),
      saturation: Float(augmentation.jitter[2]))
    recipe.localCrops = wanted.localCrops
    recipe.localSize = wanted.localSize(of: settings.student)
    recipe.localScale = Float(wanted.localScale.lowerBound)...Float(wanted.localScale.upperBound)
    recipe.prototypes = wanted.prototypes
    (recipe.headHidden, recipe.headBottleneck) = DinoTeachingSettings.usualHead(width: student.width)
    recipe.centering = wanted.centering
    let temperatures = wanted.temperatures ?? (wanted.centering == .mean ? [0.04, 0.07] : [0.3, 0.4])
    (recipe.startTemperature, recipe.teacherTemperature) = (Float(temperatures[0]), Float(temperatures[1]))
    recipe.temperatureWarmupSteps = totalSteps / 10
    recipe.frozenPrototypeSteps = totalSteps / 20
    recipe.momentum = wanted.momentum ?? DinoTeachingSettings.usualMomentum(steps: totalSteps)
    return recipe
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
    case .teachClip: told(ClipTeachingSettings(), steps: totalSteps).schedule
    case .teachDvae: told(DvaeTeachingSettings(), steps: totalSteps).schedule
    case .teachDino: told(DinoTeachingSettings(), steps: totalSteps).schedule
    case .teachVQKD: told(VQKDTeachingSettings(), steps: totalSteps).schedule
    case .teachPeCo: told(PeCoTeachingSettings(), steps: totalSteps).schedule
    case .finetune, .segment: sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps)
    }
  }
}
