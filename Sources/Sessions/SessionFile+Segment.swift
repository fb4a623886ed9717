import Recipe
import RunEvents

/// What a session of segmentation has where it says nothing else.
extension SessionFile {
  /// DINOv2's recipe for a linear head on a frozen model; where that learns too, BEiT v2's for UperNet on ADE20K
  /// (microsoft/unilm `beit2/semantic_segmentation/configs`).
  mutating func resolveSegmentation(origins: [String: SettingNode.Origin]) {
    guidance.start = ""
    func isGiven(_ key: String) -> Bool { origins[key] != nil }
    let isFrozen = segment.isFrozen
    if schedule.steps == nil, schedule.epochs == nil { schedule.steps = isFrozen ? 40_000 : 160_000 }
    if !isGiven("schedule.batch_size") { schedule.batchSize = 16 }
    if !isGiven("schedule.eval_every"), !isGiven("schedule.eval_epochs"), let steps = schedule.steps {
      schedule.evalEvery = max(steps / 10, 1)
    }
    if !isGiven("optimizer.learning_rate") { optimizer.learningRate = isFrozen ? 1e-3 : 5e-5 }
    if !isGiven("optimizer.weight_decay") { optimizer.weightDecay = isFrozen ? 1e-4 : 0.05 }
    if !isGiven("optimizer.min_learning_rate") { optimizer.minLearningRate = 0 }
    if !isGiven("optimizer.warmup_learning_rate") { optimizer.warmupLearningRate = 1e-6 * optimizer.learningRate }
    if !isGiven("optimizer.warmup_steps"), !isGiven("optimizer.warmup_epochs"), let steps = schedule.steps,
      steps >= 15_000
    {
      optimizer.warmupSteps = 1500
    }
    if !isGiven("optimizer.decay") { optimizer.decay = .linear }
    if !isGiven("optimizer.betas") { optimizer.betas = [0.9, 0.999] }
    if !isGiven("optimizer.clip_gradient") { optimizer.clipGradient = nil }
    if !isGiven("evals.during") { evals.during = ["segment"] }
    if !isGiven("evals.at_end") { evals.atEnd = ["segment"] }
    if !isGiven("evals.features") { evals.features = .mean }
    resolveLabelledPictures(origins: origins)
  }
}

extension SessionChecks {
  func checkSegmentation() throws {
    try checkTuning(section: "segment", activity: "segmentation", from: session.segment.from)
    try require(
      session.data.augmentation.crops == nil, ["data.augmentation.crops"],
      "data.augmentation.crops is given, but segmentation draws other crops in every pass; leave it out")
  }
}
