import Recipe
import RunEvents

/// Which sections a session has follows from its task.
extension SessionFile {
  /// Sections that a task reads beside those that every run has.
  static func sections(of task: TaskKind) -> Set<String> {
    switch task {
    case .pretrain: ["student", "guidance", "objective", "mask", "optimizer", "preview"]
    case .teachClip, .teachDino, .teachDvae: ["teach"]
    case .finetune: ["finetune", "optimizer"]
    case .segment: ["segment", "optimizer", "preview"]
    }
  }

  /// Sections that some tasks read and others do not.
  static let sectionsOfTasks = TaskKind.allCases.reduce(into: Set<String>()) { $0.formUnion(sections(of: $1)) }

  /// Sections of pre-training that a method without targets does not read.
  static let sectionsOfTargets: Set<String> = ["guidance", "mask"]

  /// Whether a student predicts the targets of a guidance.
  package var followsTargets: Bool { task == .pretrain && objective.method.followsTargets }

  /// What the session does, in words: `task finetune`, `method dino` where pre-training follows no target.
  package var activity: String {
    task == .pretrain && !followsTargets ? "method \(objective.method.rawValue)" : "task \(task.rawValue)"
  }

  /// Whether this session's task reads a section.
  func reads(_ section: String) -> Bool {
    guard Self.sectionsOfTasks.contains(section) else { return true }
    return Self.sections(of: task).contains(section)
      && (task != .pretrain || followsTargets || !Self.sectionsOfTargets.contains(section))
  }

  /// Leaves out what a method without targets does not read.
  mutating func resolveWithoutTargets() {
    (guidance.start, guidance.teachers) = ("", [])
    mask = MaskSettings()
    let usual = ObjectiveSettings()
    (objective.targets, objective.normaliseTargets, objective.smoothL1Beta) =
      (usual.targets, usual.normaliseTargets, usual.smoothL1Beta)
    objective.relationalTemperature = usual.relationalTemperature
  }

  /// Fills in the recipe of a teacher where nothing else was given.
  mutating func resolveTeaching(origins: [String: SettingNode.Origin]) {
    guidance.start = ""
    if schedule.steps == nil, schedule.epochs == nil {
      schedule.steps = [.teachClip: 3000, .teachDvae: 1200][task] ?? 2000
    }
    if task == .teachDvae, origins["schedule.batch_size"] == nil { schedule.batchSize = 32 }
    // Other scenes than those of pre-training and of evaluations.
    if origins["data.range"] == nil { data.range = 0..<60_000 }
    if origins["evals.at_end"] == nil, task.hasFeatures {
      evals.atEnd = task == .teachClip ? ["zeroshot", "knn"] : ["knn"]
    }
  }
}

extension SessionChecks {
  /// - Throws: ``SessionError`` at a section that the session's task does not read.
  func checkTask() throws {
    for section in SessionFile.sectionsOfTasks.sorted() where !session.reads(section) {
      let keys = origins.keys.filter { $0 == section || $0.hasPrefix(section + ".") }.sorted()
      guard let key = keys.first, let origin = origins[key] else { continue }
      // A file that is written for another method gives way to that of the command line.
      if session.task == .pretrain, SessionFile.sectionsOfTargets.contains(section) {
        let asked = keys.first { key in
          guard case .argument? = origins["objective.method"], case .line? = origins[key] else { return true }
          return false
        }
        guard let asked, let origin = origins[asked] else { continue }
        throw SessionError(
          .contradiction, keyPath: asked, line: origin.line,
          "\(origin.text): method \(session.objective.method.rawValue) has no section \(section), as it follows no target; leave it "
            + "out, or set objective.method to another.")
      }
      let others = TaskKind.allCases.filter { SessionFile.sections(of: $0).contains(section) }.map(\.rawValue)
      throw SessionError(
        .contradiction, keyPath: key, line: origin.line,
        "\(origin.text): task \(session.task.rawValue) has no section \(section); leave it out, or set task to "
          + "\(alternatives(others)).")
    }
    let evals = (session.evals.atEnd + session.evals.during).map { EvaluationName($0).kind }
    try require(
      !session.task.isTeaching || session.schedule.accumulation == 1, ["schedule.accumulation"],
      "schedule.accumulation is \(session.schedule.accumulation), but task \(session.task.rawValue) makes a step of one "
        + "batch; set it to 1")
    let what = session.activity
    try require(
      session.task.hasFeatures || evals.isEmpty, ["evals.at_end", "evals.during"],
      "task \(session.task.rawValue) trains a tokenizer, which has no features to judge; leave evaluations out")
    try require(
      session.followsTargets || session.task == .teachClip || !evals.contains("zeroshot"),
      ["evals.at_end", "evals.during"],
      "evaluation zeroshot needs a model that knows texts, which \(what) does not train; leave it out")
    try require(
      session.task != .pretrain || session.followsTargets || session.schedule.accumulation == 1,
      ["schedule.accumulation"],
      "schedule.accumulation is \(session.schedule.accumulation), but \(what) makes a step of one batch; set it to 1")
    try require(
      session.task == .finetune || !evals.contains("accuracy"), ["evals.at_end", "evals.during"],
      "evaluation accuracy needs a model that tells classes, which task \(session.task.rawValue) does not train; leave it "
        + "out")
    try require(
      session.task == .segment || session.evals.data.kind != .folder || !evals.contains("segment"),
      ["evals.at_end", "evals.during"],
      "evaluation segment needs maps of pixels' classes, which evals.data has for drawn scenes and in task segment, not in "
        + "task \(session.task.rawValue); leave it out")
  }
}
