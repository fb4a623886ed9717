import Recipe
import RunEvents

/// What a session of fine-tuning has where it says nothing else.
extension SessionFile {
  /// The pictures are the labelled ones of the evaluations: learned from is what those learn from, and scored on what
  /// they score on, so that `data.path` alone names both. Optimiser and crops are BEiT's for fine-tuning.
  mutating func resolveFinetuning(origins: [String: SettingNode.Origin]) {
    guidance.start = ""
    func isGiven(_ key: String) -> Bool { origins[key] != nil }
    if schedule.steps == nil, schedule.epochs == nil { schedule.epochs = 100 }
    if !isGiven("schedule.eval_every"), !isGiven("schedule.eval_epochs") { schedule.evalEpochs = 1 }
    if !isGiven("optimizer.learning_rate") { optimizer.learningRate = 4e-3 }
    if !isGiven("optimizer.learning_rate"), !isGiven("optimizer.reference_batch") { optimizer.referenceBatch = 1024 }
    if !isGiven("optimizer.min_learning_rate") { optimizer.minLearningRate = min(1e-6, optimizer.learningRate) }
    if !isGiven("optimizer.betas") { optimizer.betas = [0.9, 0.999] }
    if !isGiven("optimizer.clip_gradient") { optimizer.clipGradient = nil }
    if !isGiven("data.augmentation.scale") { data.augmentation.scale = 0.08...1 }
    if !isGiven("data.augmentation.jitter"), finetune.randAugment != nil { data.augmentation.jitter = [0, 0, 0] }
    if !isGiven("evals.during") { evals.during = ["accuracy"] }
    if !isGiven("evals.at_end") { evals.atEnd = ["accuracy"] }
    if !isGiven("evals.features") { evals.features = finetune.pooling }
    resolveLabelledPictures(origins: origins)
  }

  mutating func resolveLabelledPictures(origins: [String: SettingNode.Origin]) {
    let folder = evals.data.path ?? evals.data.trainPath
    if data.path == nil, origins["data.kind"] == nil, let folder {
      data.path = folder
    } else if evals.data.path == nil, evals.data.trainPath == nil, let path = data.path {
      evals.data.path = path
    }
    if data.path != nil, origins["data.kind"] == nil { data.kind = .folder }
    if origins["evals.data.kind"] == nil { evals.data.kind = data.kind == .folder ? .folder : .scenes }
    // Of the two ranges one may be given.
    if origins["data.range"] == nil {
      data.range = evals.data.trainRange
    } else if origins["evals.data.train_range"] == nil {
      evals.data.trainRange = data.range
    }
  }
}

extension SessionChecks {
  func checkFinetuning() throws {
    try checkTuning(section: "finetune", activity: "fine-tuning", from: session.finetune.from)
  }

  /// What the tasks have in common that begin with a model and learn from labelled pictures.
  func checkTuning(section: String, activity: String, from: String?) throws {
    try require(
      from != nil, ["\(section).from", "task"],
      "task \(section) begins with a model, but \(section).from is not given; name weights, a checkpoint's folder, or a run as "
        + "SESSION/RUN")
    let (data, labelled) = (session.data, session.evals.data)
    switch (data.kind, labelled.kind) {
    case (.scenes, .scenes):
      try require(
        data.range == labelled.trainRange, ["data.range", "evals.data.train_range"],
        "data.range [\(data.range.lowerBound), \(data.range.upperBound)] and evals.data.train_range "
          + "[\(labelled.trainRange.lowerBound), \(labelled.trainRange.upperBound)] are both what \(activity) learns from; give one"
      )
      try require(
        data.seed == labelled.seed, ["evals.data.seed", "data.seed"],
        "data.seed and evals.data.seed are both of the pictures that \(activity) learns from; give one")
    case (.folder, .folder):
      try require(
        data.path == labelled.path ?? labelled.trainPath, ["data.path", "evals.data.path", "evals.data.train_path"],
        "data.path and \(labelled.path == nil ? "evals.data.train_path" : "evals.data.path") are both what \(activity) learns from; "
          + "give one")
    default:
      try require(
        false, ["data.kind", "evals.data.kind"],
        "\(activity) is scored on pictures of the kind it learns from, but data.kind is \(data.kind.rawValue) and evals.data.kind "
          + "is \(labelled.kind.rawValue); give one")
    }
  }
}
