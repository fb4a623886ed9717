import Recipe
import RunEvents

extension SessionFile {
  /// Fills in values that follow from others where they were not given. `origins` holds the key paths that were, and
  /// `written` is the file's own method.
  mutating func resolve(file: String, origins: [String: SettingNode.Origin], written: MethodKind) throws {
    switch task {
    case .pretrain:
      resolveMethod(origins: origins, written: written)
      if !followsTargets { resolveWithoutTargets() }
    case .teachClip, .teachDino, .teachDvae, .teachVQKD, .teachPeCo: resolveTeaching(origins: origins)
    case .finetune: resolveFinetuning(origins: origins)
    case .segment: resolveSegmentation(origins: origins)
    }
    if schedule.steps == nil, schedule.epochs == nil { schedule.epochs = ScheduleSettings.usualEpochs }
    if case .argument? = origins["schedule.steps"], let steps = schedule.steps {
      // A shorter run from the command line: the file's warm-up gives way.
      if case .line? = origins["optimizer.warmup_steps"] {
        optimizer.warmupSteps = optimizer.warmupSteps.map { min($0, steps) }
      }
    }
    if data.path != nil, origins["data.kind"] == nil { data.kind = .folder }
    if origins["evals.data.kind"] == nil, !task.hasFeatures {
      evals.data.kind = .none
    } else if origins["evals.data.kind"] == nil {
      evals.data.kind = evals.data.namesFolder ? .folder : data.kind == .scenes ? .scenes : .none
    }
    if origins["evals.data.seed"] == nil { evals.data.seed = data.seed }
    if evals.data.kind == .none {
      if origins["evals.at_end"] == nil { evals.atEnd = [] }
      if origins["evals.during"] == nil { evals.during = [] }
    }
    resolveSets(origins)
  }
}

extension SessionFile {
  private mutating func resolveSets(_ origins: [String: SettingNode.Origin]) {
    for index in evals.sets.indices {
      let (set, key) = (evals.sets[index], evals.sets[index].keyPath)
      if origins["\(key).kind"] == nil {
        let isDrawn = ["seed", "train_range", "test_range", "test_looks"].contains { origins["\(key).\($0)"] != nil }
        evals.sets[index].data.kind = set.data.namesFolder ? .folder : isDrawn ? .scenes : .none
      }
      if origins["\(key).seed"] == nil { evals.sets[index].data.seed = data.seed }
    }
    let usual = evals.sets.map(\.usual)
    if origins["evals.during"] == nil { evals.during += usual }
    if origins["evals.at_end"] == nil { evals.atEnd += usual }
  }
}

extension EvalDataSettings {
  fileprivate var namesFolder: Bool { path != nil || trainPath != nil || testPath != nil }
}

/// The checks that no single value can fail alone.
struct SessionChecks {
  let session: SessionFile
  let file: String
  let origins: [String: SettingNode.Origin]

  func run() throws {
    try checkTask()
    try checkEngine()
    try checkData()
    try checkChannels()
    if session.task == .pretrain {
      try checkStudent()
      if session.followsTargets {
        try checkGuidance()
        try checkCache()
        try checkMask()
        try checkMethod()
      } else {
        try require(
          session.student.weights == nil, ["student.weights", "objective.method"],
          "student.weights is given, but objective.method is dino, whose student and teacher begin as one; leave it out, or "
            + "choose another method")
        try checkCrops()
      }
    }
    if session.task == .finetune { try checkFinetuning() }
    if session.task == .segment { try checkSegmentation() }
    if session.reads("optimizer") {
      try checkOptimizer()
      try checkRates()
    }
    try checkSchedule()
    try checkEvals()
  }

  private func checkEngine() throws {
    let engine = session.engine
    try require(
      engine.backend == nil || !engine.device.needsTorch, ["engine.backend", "engine.device"],
      "engine.backend is \(engine.backend?.rawValue ?? ""), a library of engine.device cpu, but engine.device is "
        + "\(engine.device.word), whose products are libtorch's; set engine.backend to auto, or engine.device to cpu")
  }

  private func checkData() throws {
    let data = session.data
    try require(
      data.pictures == nil || session.task.isTuning, ["data.pictures"],
      "data.pictures is for tasks finetune and segment, and the task is \(session.task.rawValue); leave it out")
    try require(
      data.kind == .scenes || data.path != nil, ["data.kind", "data"],
      "data.kind is folder but data.path is not given; add the folder that holds the pictures")
    try require(
      data.kind == .folder || data.path == nil, ["data.path", "data.kind"],
      "data.path is \(data.path ?? "") but data.kind is scenes, which are drawn; set data.kind to folder to use the path"
    )
  }

  private func checkStudent() throws {
    let student = session.student
    try require(
      student.imageSize.isMultiple(of: student.patchSize), ["student.patch_size", "student.image_size"],
      "student.patch_size is \(student.patchSize), which does not divide student.image_size \(student.imageSize); "
        + "choose a patch size that does")
    try require(
      student.patches >= 2 && student.grid.shorter >= 1, ["student.patch_size", "student.image_size"],
      "student.image_size \(student.imageSize) holds a single patch of \(student.patchSize) pixels; make the picture larger or "
        + "the patch smaller")
    try require(
      student.grid.longer <= 256, ["student.patch_size", "student.image_size"],
      "student.image_size \(student.imageSize) has \(student.grid.longer) patches of \(student.patchSize) pixels a side, more than 256; make "
        + "the picture smaller or the patch larger")
    try require(
      student.grid.longer <= 64 || !student.relativePositionBias,
      ["student.relative_position_bias", "student.patch_size"],
      "student.relative_position_bias is for at most 64 patches a side, here are \(student.grid.longer); set it to off and the positions to "
        + "learned, or make the patch larger")
    try require(
      student.width % student.heads == 0, ["student.heads", "student.width"],
      "student.heads is \(student.heads), which does not divide student.width \(student.width); choose a number of heads that does"
    )
    try require(
      student.rotary == nil || student.width / student.heads % 4 == 0,
      ["student.rotary", "student.heads", "student.width"],
      "student.rotary needs heads whose width 4 divides, not \(student.width / student.heads); choose other student.heads"
    )
    try require(
      student.mlpNorm != true || student.gatedMLP == true, ["student.mlp_norm", "student.gated_mlp"],
      "student.mlp_norm is the norm of gated MLPs, but student.gated_mlp is off; set it to on, or leave the norm out")
    try require(
      !student.positions.isFixed || student.width % 4 == 0, ["student.positions", "student.width"],
      "student.positions is \(student.positions.rawValue), which needs a student.width that 4 divides, not \(student.width); change the width or "
        + "set the positions to learned")
  }

  private func checkGuidance() throws {
    let guidance = session.guidance
    try require(
      GuidanceMixture.isMade(guidance.start, of: guidance.teachers.map(\.name)), ["guidance.start", "guidance"],
      "guidance.start is \(guidance.start), which is none of this session's teachers; it must be "
        + alternatives(guidance.teachers.map(\.name))
        + (guidance.teachers.count > 1 ? ", or several at once, each once, as in \(guidance.mixture)" : ""))
    try require(
      session.objective.loss != .relational || !session.engine.lossTokensOnly,
      ["objective.loss", "engine.loss_tokens_only"],
      "objective.loss is relational, which compares every token with all others, but engine.loss_tokens_only leaves some out; set it "
        + "to off")
  }

  private func checkCache() throws {
    try require(
      !session.engine.teacherCache || session.data.augmentation.crops != nil,
      ["engine.teacher_cache", "data.augmentation.crops"],
      "engine.teacher_cache is on but data.augmentation.crops is fresh, so that no crop comes twice; set the crops to a number, or "
        + "the cache to off")
  }

  private func checkMask() throws {
    let patches = session.student.patches
    let masked = session.mask.maskedCount(of: patches)
    let keys = ["mask.masked", "student.patch_size", "student.image_size"]
    try require(
      masked < patches, keys,
      "mask.masked asks for \(masked) of \(patches) patches; it must be below \(patches), so that something is left to see"
    )
    try require(
      masked > 0, keys,
      "mask.masked comes to none of \(patches) patches; it must be at least one patch")
    try require(
      session.mask.kind != .attention
        || session.guidance.teachers.contains { if case .computed = $0.weights { false } else { true } },
      ["mask.kind"],
      "mask.kind is attention, but guidance has no teacher whose network attends; add one, or take another kind")
    if let minimum = session.mask.minimum {
      try require(
        minimum <= masked, ["mask.minimum", "mask.masked"],
        "mask.minimum is \(minimum) patches, more than the \(masked) that mask.masked asks for; make it at most \(masked)"
      )
    }
  }

  private func checkOptimizer() throws {
    let optimizer = session.optimizer
    try require(
      optimizer.warmupSteps == nil || optimizer.warmupEpochs == nil,
      ["optimizer.warmup_epochs", "optimizer.warmup_steps"],
      "optimizer.warmup_steps and optimizer.warmup_epochs are both given; keep one of them")
    for (key, rate) in [
      ("optimizer.min_learning_rate", optimizer.minLearningRate),
      ("optimizer.warmup_learning_rate", optimizer.warmupLearningRate),
    ] {
      try require(
        rate <= optimizer.learningRate, [key, "optimizer.learning_rate"],
        "\(key) is \(SettingNode.number(rate).inline), above the peak, optimizer.learning_rate "
          + "\(SettingNode.number(optimizer.learningRate).inline); lower it or raise the peak")
    }
  }

  private func checkRates() throws {
    let optimizer = session.optimizer
    let peak = optimizer.peakLearningRate(batch: session.schedule.effectiveBatch) * optimizer.learningRateScale
    try require(
      peak <= 1000, ["optimizer.learning_rate_scale", "optimizer.reference_batch", "optimizer.learning_rate"],
      "optimizer.learning_rate comes to \(SettingNode.number(peak).inline) at a batch of \(session.schedule.effectiveBatch) with "
        + "optimizer.reference_batch and optimizer.learning_rate_scale as they are, more than 1000; lower one of them")
  }

  private func checkSchedule() throws {
    let schedule = session.schedule
    try require(
      schedule.steps == nil || schedule.epochs == nil, ["schedule.epochs", "schedule.steps"],
      "schedule.steps and schedule.epochs are both given; keep one of them")
    if let best = schedule.keepBest, best != "loss" {
      let scored = session.evals.during + session.evals.atEnd
      try require(
        scored.contains(best), ["schedule.keep_best"],
        "schedule.keep_best is \(best), by which this session scores nothing; write loss"
          + (scored.isEmpty ? "" : " or \(alternatives(Array(Set(scored)).sorted()))") + ", or add it to evals.during")
    }
    if let steps = schedule.steps, let warmup = session.optimizer.warmupSteps {
      try require(
        warmup <= steps, ["optimizer.warmup_steps", "schedule.steps"],
        "optimizer.warmup_steps is \(warmup), more than the \(steps) steps of the run; make it at most \(steps)")
    }
    if let epochs = schedule.epochs, let warmup = session.optimizer.warmupEpochs {
      try require(
        warmup <= epochs, ["optimizer.warmup_epochs", "schedule.epochs"],
        "optimizer.warmup_epochs is \(SettingNode.number(warmup).inline), more than the \(SettingNode.number(epochs).inline) epochs of the run; make it "
          + "at most \(SettingNode.number(epochs).inline)")
    }
  }

  private func checkEvals() throws {
    let evals = session.evals
    let names = (evals.atEnd + evals.during).map { EvaluationName($0) }
    try require(
      evals.data.kind != .none || names.allSatisfy { $0.set != nil },
      ["evals.at_end", "evals.during", "evals.data.kind"],
      "evaluations are asked for but evals.data.kind is none; give evals.data.path, a folder of class directories, or "
        + "evals.data.train_path and evals.data.test_path, two of them")
    for name in names {
      guard let set = name.set, !evals.sets.contains(where: { $0.name == set }) else { continue }
      let known = evals.sets.map(\.name)
      try require(
        false, ["evals.during", "evals.at_end"],
        "\(name.text) asks for the set \(set), which is not in evals.sets; "
          + (known.isEmpty ? "add it there with its path" : "there are \(known.joined(separator: ", "))"))
    }
    try check(evals.data, "evals.data")
    for set in evals.sets {
      try require(
        set.data.kind != .none, ["\(set.keyPath).kind", set.keyPath],
        "\(set.keyPath) names no pictures; give \(set.keyPath).path, a folder of class directories")
      try check(set.data, set.keyPath)
    }
  }

  /// - Parameter section: the key of the labelled pictures.
  private func check(_ data: EvalDataSettings, _ section: String) throws {
    func key(_ name: String) -> String { "\(section).\(name)" }
    if data.kind == .folder, data.path != nil {
      try require(
        data.trainPath == nil && data.testPath == nil, [key("path"), key("train_path"), key("test_path")],
        "\(key("path")) and \(key("train_path")) or \(key("test_path")) are both given; keep the one folder or the two")
    } else if data.kind == .folder {
      for (name, path) in [(key("train_path"), data.trainPath), (key("test_path"), data.testPath)] {
        try require(
          path != nil, [key("kind"), key("train_path"), key("test_path")],
          "\(key("kind")) is folder but \(name) is not given; add a folder of class directories, or give \(key("path")) alone"
        )
      }
    }
    guard data.kind == .scenes else { return }
    try requireApart(key("test_range"), data.testRange, key("train_range"), data.trainRange)
    guard !session.task.isTuning, session.data.kind == .scenes, session.data.seed == data.seed else { return }
    try requireApart(key("train_range"), data.trainRange, "data.range", session.data.range)
    try requireApart(key("test_range"), data.testRange, "data.range", session.data.range)
  }

  private func requireApart(_ key: String, _ range: Range<Int>, _ otherKey: String, _ other: Range<Int>) throws {
    try require(
      !range.overlaps(other), [key, otherKey],
      "\(key) [\(range.lowerBound), \(range.upperBound)] shares pictures with \(otherKey) [\(other.lowerBound), "
        + "\(other.upperBound)]; move one of them, so that nothing is judged on pictures it was trained on")
  }

  /// Throws `sentence` at the first of `keys` that the file or an argument gave.
  func require(_ condition: Bool, _ keys: [String], _ sentence: @autoclosure () -> String) throws {
    if condition { return }
    let given = keys.first { origins[$0] != nil }
    let origin = given.flatMap { origins[$0] }
    throw SessionError(
      .contradiction, keyPath: given ?? keys.first ?? "", line: origin?.line, "\(origin?.text ?? file): \(sentence()).")
  }
}
