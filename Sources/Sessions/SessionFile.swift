import Recipe
import RunEvents

/// Everything that a session says: what is trained, on what, under which guidance, for how long, and how it is judged.
///
/// Every value has a default, so that an empty file is a session; the defaults are the recipe of MVP as far as the
/// poster and BEiT, its baseline, fix it. Keys of the YAML form are these names in snake_case. Learning rates and the
/// like are per optimiser step; sizes are in pixels, patches or pictures as their names say.
package struct SessionFile: Equatable, Sendable {
  /// One line for lists of sessions.
  package var about = ""
  /// What a run trains.
  package var task: TaskKind = .pretrain
  /// Seed of everything random in a run: initialisation, order, crops, masks.
  package var seed: UInt64 = 0
  /// Threads that compute; nil: all cores.
  package var threads: Int?
  package var engine = EngineSettings()
  package var data = DataSettings()
  package var student = StudentSettings()
  package var guidance = GuidanceSettings()
  package var objective = ObjectiveSettings()
  package var mask = MaskSettings()
  package var optimizer = OptimizerSettings()
  package var schedule = ScheduleSettings()
  package var teach = TeachSettings()
  package var finetune = FinetuneSettings()
  package var segment = SegmentSettings()
  package var evals = EvalSettings()
  package var preview = PreviewSettings()
  package var health = HealthSettings()
  package var ablation = AblationSettings()

  /// The defaults, unresolved; ``init(yaml:file:overrides:)`` resolves and checks.
  package init() {}
}

extension SessionFile: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("about", \.about, .text("a line about the session")).omitted { $0.about.isEmpty },
      Setting("task", \.task, .choice()).omitted { $0.task == .pretrain },
      Setting("seed", \.seed, .seed),
      Setting("threads", \.threads, .optional("auto", .integer(1...1024))),
      Setting("engine", section: \.engine),
      Setting("data", section: \.data),
      Setting("student", section: \.student).omitted { !$0.reads("student") },
      Setting(
        "guidance", read: { node, path, reader, file in file.guidance = try GuidanceSettings.read(node, path, reader) },
        write: { $0.guidance.write() }
      ).omitted { !$0.reads("guidance") },
      Setting("objective", section: \.objective).omitted { !$0.reads("objective") },
      Setting("mask", section: \.mask).omitted { !$0.reads("mask") },
      Setting("optimizer", section: \.optimizer).omitted { !$0.reads("optimizer") },
      Setting("schedule", section: \.schedule),
      Setting("teach", section: \.teach).omitted { !$0.reads("teach") },
      Setting("finetune", section: \.finetune).omitted { !$0.reads("finetune") },
      Setting("segment", section: \.segment).omitted { !$0.reads("segment") },
      Setting(
        "evals", read: { node, path, reader, file in file.evals = try EvalSettings.read(node, path, reader) },
        write: { $0.evals.write() }),
      Setting("preview", section: \.preview).omitted { !$0.reads("preview") },
      Setting("health", section: \.health),
      Setting("ablation", section: \.ablation).omitted { $0.ablation.cells.isEmpty },
    ]
  }

  /// The words that may stand at a key, for keys that have a few.
  package static func choices(of keyPath: String, _ evaluations: [EvaluationDescription]) -> [String] {
    if keyPath == "guidance.start" { return TeacherSettings.shippedNames }
    let path = keyPath.split(separator: ".").map(String.init)
    if path.count == 3, path[0] == "guidance" {
      return TeacherSettings.settings.first { $0.key == path[2] }?.choices[path[2]] ?? []
    }
    if path.first == "evals" { return EvalSettings.choices(of: path.dropFirst().joined(separator: "."), evaluations) }
    return settings.lazy.compactMap { $0.choices[keyPath] }.first ?? []
  }

  /// Dotted paths of all keys, those of the shipped teachers and those of the described evaluations too.
  package static func keyPaths(_ evaluations: [EvaluationDescription]) -> [String] {
    settings.flatMap { setting in
      switch setting.key {
      case "guidance":
        ["guidance.start", "guidance.view"]
          + TeacherSettings.shippedNames.flatMap { name in
            TeacherSettings.settings.map { "guidance.\(name).\($0.key)" }
          }
      case "evals": EvalSettings.keyPaths(evaluations).map { "evals.\($0)" }
      default: setting.keyPaths
      }
    }
  }
}

extension SessionFile {
  /// Reads a session and `--set` overrides over it, fills in what follows from other values, and checks that the values
  /// go together.
  ///
  /// - Parameters:
  ///   - text: YAML, or JSON as ``json`` gives it.
  ///   - file: how errors name the text (`demo.yaml`).
  ///   - overrides: `KEY.PATH=VALUE`, applied in order.
  ///   - evaluations: the kinds of evaluation that there are. nil, for what the program wrote itself: any kinds with
  ///     any options, which were checked when they were first read.
  /// - Throws: ``SessionError`` with file and line (or the argument), key path, what was found and what is allowed.
  package init(
    yaml text: String, file: String, overrides: [String] = [], evaluations: [EvaluationDescription]? = nil
  ) throws {
    (self, _) = try SessionFile.read(yaml: text, file: file, overrides: overrides, evaluations: evaluations)
  }

  static func read(
    yaml text: String, file: String, overrides: [String], evaluations: [EvaluationDescription]?
  ) throws -> (SessionFile, origins: [String: SettingNode.Origin]) {
    var node = try SettingNode(yaml: text, file: file)
    let written = node.text(at: ["objective", "method"]).flatMap(MethodKind.init(rawValue:)) ?? .mvp
    for override in overrides { try node.apply(override: override) }
    let reader = SettingReader(known: keyPaths(evaluations ?? []), evaluations: evaluations)
    var session = SessionFile()
    session.evals.kinds = (evaluations ?? []).compactMap(EvalKindSettings.init)
    try reader.section(node, "", into: &session)
    let origins = reader.origins
    try session.resolve(file: file, origins: origins, written: written)
    try SessionChecks(session: session, file: file, origins: origins).run()
    return (session, origins)
  }

  /// The whole resolved session as canonical YAML; reading it gives the same session.
  package var yaml: String { SettingNode(section: self).yaml }

  /// The whole resolved session as one line of JSON with the same keys; reading it gives the same session.
  package var json: String { SettingNode(section: self).json }

  /// Every value by dotted key path, as it would be written in YAML, in the order of the sections.
  package var values: [(keyPath: String, text: String)] { SettingNode(section: self).leaves() }

  /// Where two sessions differ; nil stands for a key that one of them does not say.
  package func differences(from other: SessionFile) -> [(keyPath: String, here: String?, there: String?)] {
    let mine = values
    let theirs = other.values
    let table = Dictionary(theirs.map { ($0.keyPath, $0.text) }, uniquingKeysWith: { first, _ in first })
    let names = Set(mine.map(\.keyPath))
    return mine.filter { table[$0.keyPath] != $0.text }.map { ($0.keyPath, $0.text, table[$0.keyPath]) }
      + theirs.filter { !names.contains($0.keyPath) }.map { ($0.keyPath, nil, $0.text) }
  }
}
