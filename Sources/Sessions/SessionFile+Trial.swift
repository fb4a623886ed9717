import Recipe
import RunEvents

extension TaskKind {
  /// The section of a session in which a task that begins with a model names it under `from`.
  package var originSection: String? { isTuning ? rawValue : nil }

  /// The kind of evaluation that says how well a run of this task does its task.
  package var ownEvaluation: String? {
    switch self {
    case .finetune: "accuracy"
    case .segment: "segment"
    case .pretrain, .teachClip, .teachDino, .teachDvae, .teachVQKD, .teachPeCo: nil
    }
  }
}

extension SessionFile {
  /// What a trial has of its parent's session.
  private static let keptByTrials = [
    "seed", "threads", "engine", "health", "evals.data", "data.image_size", "data.channels", "data.mean",
    "data.std", "data.workers", "data.prefetch_batches",
  ]

  /// The session of a trial: it learns from the labelled pictures of the parent's evaluations.
  ///
  /// - Parameters:
  ///   - parent: the parent's session.
  ///   - from: what it begins with: `SESSION/RUN@STEP`.
  ///   - values: `KEY.PATH=VALUE`: the recipe, `task` too.
  ///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
  /// - Throws: ``SessionError``.
  package static func trial(
    of parent: SessionFile, task: TaskKind, from: String, values: [String],
    evaluations: [EvaluationDescription]? = nil
  ) throws -> SessionFile {
    var node = SettingNode(.map([]))
    let theirs = SettingNode(section: parent)
    for key in keptByTrials {
      let path = key.split(separator: ".")[...]
      guard let value = theirs.value(at: path) else { continue }
      node.put(value, at: path)
    }
    node.put(theirs.value(at: ["evals", "data", "seed"]), at: ["data", "seed"])
    node.put(.text(task.rawValue), at: ["task"])
    if let section = task.originSection { node.put(.text(from), at: [section[...], "from"]) }
    return try SessionFile(yaml: node.json, file: "the trial", overrides: values, evaluations: evaluations)
  }

  /// The same session that begins with something else.
  package func beginning(with from: String) throws -> SessionFile {
    var node = SettingNode(section: self)
    if let section = task.originSection { node.put(.text(from), at: [section[...], "from"]) }
    return try SessionFile(yaml: node.json, file: "the trial")
  }

  /// What the session of a tuning begins with.
  package var origin: String? {
    switch task {
    case .finetune: finetune.from
    case .segment: segment.from
    case .pretrain, .teachClip, .teachDino, .teachDvae, .teachVQKD, .teachPeCo: nil
    }
  }

  /// The recipe of a trial in words, as those of the evaluation that it stands for.
  /// - Parameter pictures: that it learned from.
  package func trialWords(pictures: Int) -> String {
    let length =
      schedule.epochs.map { "\(SettingNode.number($0).inline) passes over \(pictures) pictures" }
      ?? "\(schedule.steps ?? 0) steps"
    let rate = SettingNode.number(optimizer.learningRate).inline
    switch task {
    case .finetune:
      return "\(length), rate \(rate), layer decay \(SettingNode.number(finetune.layerDecay).inline)"
    default: return "\(segment.head.rawValue) head, \(length), rate \(rate)"
    }
  }
}
