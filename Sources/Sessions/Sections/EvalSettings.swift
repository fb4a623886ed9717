import Recipe
import RunEvents

/// Evaluations on labelled data apart from the training data: section `evals`.
///
/// Beside its own keys it has one section for each kind of evaluation that has options, `evals.KIND`. Which kinds there
/// are, and with what options, stands in the descriptions that whoever reads a session gives to the reader.
package struct EvalSettings: Equatable, Sendable {
  package var data = EvalDataSettings()
  /// Further labelled pictures by name, in the order of the file; evaluations on one are named `knn/NAME`.
  package var sets: [EvalSet] = []
  package var features: PooledFeature = .cls
  /// Options of the kinds that have some, in the order of their descriptions.
  package var kinds: [EvalKindSettings] = []
  /// Launched every `schedule.eval_every` steps.
  package var during = ["knn"]
  /// Launched when the last step is done; empty in a resolved session without labelled data.
  package var atEnd = ["knn", "linear"]

  package init() {}

  /// The options of a kind by name, as texts; empty where the session says none.
  package func options(of kind: String) -> [String: String] {
    guard let options = kinds.first(where: { $0.kind == kind })?.options else { return [:] }
    return Dictionary(options.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}

extension EvalSettings {
  private static var first: [Setting<Self>] {
    [
      Setting("data", section: \.data),
      Setting(
        "sets", read: { node, path, reader, evals in evals.sets = try EvalSet.read(node, path, reader) },
        write: { EvalSet.write($0.sets) }),
      Setting("features", \.features, .choice()),
    ]
  }

  private static var last: [Setting<Self>] { [list("during", \.during), list("at_end", \.atEnd)] }

  /// Kinds of evaluation.
  private static func list(_ key: String, _ member: WritableKeyPath<Self, [String]>) -> Setting<Self> {
    Setting(
      key,
      read: { node, path, reader, evals in
        let known = reader.evaluations.map { $0.map(\.kind) + $0.compactMap(\.earlierKind) }
        evals[keyPath: member] = try reader.value(node, path, .words(outOf: known) { EvaluationName($0).kind }).map {
          reader.evaluations?.named($0)?.kind ?? $0
        }
      },
      write: { SettingType.words(outOf: nil).write($0[keyPath: member]) })
  }

  static func read(_ node: SettingNode, _ path: String, _ reader: SettingReader) throws -> EvalSettings {
    var evals = EvalSettings()
    let described = (reader.evaluations ?? []).compactMap(EvalKindSettings.init)
    evals.kinds = described
    try reader.section(node, path, into: &evals, settings: first + sections(node, reader, described) + last)
    return evals
  }

  /// The sections of the kinds: the described ones, or, where nobody describes any, those that are there.
  private static func sections(
    _ node: SettingNode, _ reader: SettingReader, _ described: [EvalKindSettings]
  ) -> [Setting<Self>] {
    if let evaluations = reader.evaluations {
      return described.map { kind in
        let options = evaluations.first { $0.kind == kind.kind }?.options ?? []
        return section(kind.kind) { try EvalKindSettings.read($0, $1, $2, kind, options) }
      }
    }
    let fixed = (first + last).map(\.key)
    guard case .map(let entries) = node.content else { return [] }
    return entries.filter { !fixed.contains($0.key) && EvalKindSettings.isName($0.key) }.map { entry in
      section(entry.key) { try EvalKindSettings.readAny($0, $1, $2, kind: entry.key) }
    }
  }

  private static func section(
    _ kind: String, read: @escaping (SettingNode, String, SettingReader) throws -> EvalKindSettings
  ) -> Setting<Self> {
    Setting(
      kind,
      read: { node, path, reader, evals in
        let found = try read(node, path, reader)
        if let index = evals.kinds.firstIndex(where: { $0.kind == kind }) {
          evals.kinds[index] = found
        } else {
          evals.kinds.append(found)
        }
      },
      write: { evals in evals.kinds.first { $0.kind == kind }?.node })
  }

  func write() -> SettingNode {
    let middle = kinds.map { SettingNode.Entry(key: $0.kind, origin: .program, value: $0.node) }
    func entries(_ settings: [Setting<Self>]) -> [SettingNode.Entry] {
      settings.compactMap { setting in setting.write(self).map { .init(key: setting.key, origin: .program, value: $0) }
      }
    }
    return SettingNode(.map(entries(Self.first) + middle + entries(Self.last)))
  }

  /// The words that may stand at a path below `evals`.
  static func choices(of path: String, _ evaluations: [EvaluationDescription]) -> [String] {
    if last.contains(where: { $0.key == path }) { return evaluations.map(\.kind) }
    if let words = first.lazy.compactMap({ $0.choices[path] }).first { return words }
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count == 2, let kind = evaluations.first(where: { $0.kind == parts[0] }),
      case .choice(let words)? = kind.options.first(where: { $0.name == parts[1] })?.values
    else { return [] }
    return words
  }

  /// Dotted paths below `evals`, of the described kinds too.
  static func keyPaths(_ evaluations: [EvaluationDescription]) -> [String] {
    first.flatMap(\.keyPaths)
      + evaluations.compactMap(EvalKindSettings.init).flatMap { kind in kind.options.map { "\(kind.kind).\($0.name)" } }
      + last.flatMap(\.keyPaths)
  }
}

/// Labelled pictures: section `evals.data`.
package struct EvalDataSettings: Equatable, Sendable {
  package enum Kind: String, Choice {
    case scenes
    /// One folder of class directories or with parts in it, or two folders of class directories.
    case folder
    /// No labelled data: no evaluations.
    case none
  }

  /// Where it is not given: `folder` with a path, else `scenes` where the training data are scenes, else `none`.
  package var kind: Kind = .none
  /// Seed of drawn scenes; the session's `data.seed` where it is not given.
  package var seed: UInt64 = 0
  /// Indices of drawn scenes whose labels are known to the evaluation, and of those it is scored on.
  package var trainRange: Range<Int> = 200_000..<206_000
  package var testRange: Range<Int> = 206_000..<208_000
  /// How the scenes look that it is scored on; those to learn from look as usual.
  package var testLooks: SceneLooks = .usual
  /// One folder, of which the pictures that are scored on are kept apart: by the parts in it (`train` and `valid`),
  /// else every fifth of each class. The paths are made absolute when a session is loaded.
  package var path: String?
  /// The same for two folders.
  package var trainPath: String?
  package var testPath: String?

  package init() {}
}

extension EvalDataSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("kind", \.kind, .choice()),
      Setting("seed", \.seed, .seed),
      Setting("train_range", \.trainRange, .indices),
      Setting("test_range", \.testRange, .indices),
      Setting("test_looks", \.testLooks, .choice()),
      Setting(
        "path", ifGiven: \.path,
        .optional(
          "none", .text("a folder of class directories, or of parts (train, valid) with class directories in each"))),
      Setting("train_path", ifGiven: \.trainPath, .optional("none", .text("a folder of class directories"))),
      Setting("test_path", ifGiven: \.testPath, .optional("none", .text("a folder of class directories"))),
    ]
  }
}
