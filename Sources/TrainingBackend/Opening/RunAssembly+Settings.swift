import Datasets
import Models
import Pretraining
import RunEvents
import Sessions
import Tensors

extension RunAssembly {
  var studentConfiguration: VisionTransformerConfiguration {
    let wanted = settings.student
    var configuration = VisionTransformerConfiguration.vit(
      imageSize: wanted.imageSize, patchSize: wanted.patchSize, width: wanted.width, depth: wanted.depth,
      heads: wanted.heads)
    configuration.channels = settings.data.channels
    configuration.mlpRatio = Float(wanted.mlpRatio)
    configuration.layerScale = wanted.layerScale.map { Float($0) }
    configuration.dropPath = Float(wanted.dropPath)
    configuration.relativePositionBias = wanted.relativePositionBias
    configuration.maskToken = settings.objective.encoding == .dense && settings.followsTargets
    configuration.positions = wanted.positions
    configuration.initialValues = wanted.initialValues
    configuration.qkvBias = wanted.qkvBias
    if wanted.quickGELU == true { configuration.activation = .quickGELU }
    configuration.preNorm = wanted.preNorm ?? false
    configuration.rotary = wanted.rotary.map(RotaryPositions.usual)
    if wanted.gatedMLP == true { (configuration.gatedMLP, configuration.activation) = (true, .silu) }
    if wanted.mlpNorm == true { configuration.mlpNorm = true }
    if wanted.attentionNorm == true { configuration.attentionNorm = true }
    if let epsilon = wanted.normEpsilon { configuration.layerNormEpsilon = Float(epsilon) }
    return configuration
  }

  /// Pictures of a micro-batch, and micro-batches of a step, as they are made: cut smaller where ranks share them.
  var microBatches: (batch: Int, accumulation: Int) {
    get throws {
      let schedule = settings.schedule
      guard let ranks else { return (schedule.batchSize, schedule.accumulation) }
      return try ranks.cut(batch: schedule.batchSize, accumulation: schedule.accumulation)
    }
  }

  func trainerSettings(datasetSize: Int, totalSteps: Int) -> TrainerSettings {
    let optimizer = settings.optimizer
    let schedule = settings.schedule
    return TrainerSettings(
      seed: settings.seed, totalSteps: totalSteps, accumulation: schedule.accumulation,
      learningRate: sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps),
      learningRateScale: optimizer.learningRateScale, weightDecay: Float(optimizer.weightDecay),
      beta1: Float(optimizer.betas[0]), beta2: Float(optimizer.betas[1]),
      epsilon: Float(optimizer.epsilon), gradientClip: Float(optimizer.clipGradient ?? 0), objective: objective,
      normalization: normalization,
      lossTokensOnly: settings.engine.lossTokensOnly, recomputesActivations: settings.engine.recompute)
  }

  /// The learning rates that section `optimizer` asks for.
  func sessionSchedule(datasetSize: Int, totalSteps: Int) -> CosineSchedule {
    let (optimizer, schedule) = (settings.optimizer, settings.schedule)
    return CosineSchedule(
      base: optimizer.peakLearningRate(batch: schedule.effectiveBatch),
      final: optimizer.minLearningRate(batch: schedule.effectiveBatch),
      warmupStart: optimizer.warmupLearningRate(batch: schedule.effectiveBatch),
      warmupSteps: schedule.warmupSteps(optimizer, datasetSize: datasetSize), totalSteps: totalSteps,
      decay: optimizer.decay)
  }

  /// The learning rate of the step after `step` under other settings than this session's.
  func learningRate(of settings: SessionFile, at step: Int, datasetSize: Int) -> Double {
    var other = self
    other.session.settings = settings
    let total = settings.schedule.totalSteps(datasetSize: datasetSize)
    let rate = other.learningRates(datasetSize: datasetSize, totalSteps: total)
    return rate.value(at: step) * settings.optimizer.learningRateScale
  }

  /// What each teacher weighs in a mixture, where the session says it.
  var shares: [String: Float] {
    let given = settings.guidance.teachers.compactMap { teacher in teacher.share.map { (teacher.name, Float($0)) } }
    return Dictionary(given, uniquingKeysWith: { first, _ in first })
  }

  /// How the student comes to its predictions.
  var method: any PretrainingMethod { headShape.method(encoding: settings.objective.encoding) }

  private var headShape: HeadShape {
    let (wanted, student) = (settings.objective, settings.student)
    return switch wanted.head {
    case .linear: .linear
    case .normed: .normed
    case .linearCLS: .aggregating
    case .decoder: .decoder(wanted.decoder.shape(of: student))
    case .regressor: .regressor(wanted.regressor.shape(of: student))
    }
  }

  var objective: Objective {
    let wanted = settings.objective
    return Objective(
      tokens: wanted.tokens, kind: wanted.loss, beta: Float(wanted.smoothL1Beta),
      normalizesTargets: wanted.normaliseTargets, targets: wanted.targets,
      temperature: Float(wanted.relationalTemperature))
  }
}
