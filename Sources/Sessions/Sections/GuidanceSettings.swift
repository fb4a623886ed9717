import Files
import Recipe
import RunEvents

/// The frozen teachers that a run can be guided by, by name: section `guidance`.
package struct GuidanceSettings: Equatable, Sendable {
  /// Guidance in force at the first step: the name of one of ``teachers``, or several joined by plus signs. Empty until
  /// the session is resolved.
  package var start = ""
  /// Which channels of a picture, from 0 on, a teacher of red, green and blue sees for them, and a screen shows, where
  /// pictures have not three. Nil: grey is repeated; with more channels such a teacher is refused, and screens show the
  /// first three.
  package var view: [Int]?
  /// In the order of the file; `g` switches in this order. Never empty.
  package var teachers: [TeacherSettings] = [TeacherSettings(name: "clip"), TeacherSettings(name: "dino")]

  package init() {}

  /// All teachers at once.
  package var mixture: String { GuidanceMixture.name(of: teachers.map(\.name)) }

  package func teacher(named name: String) -> TeacherSettings? { teachers.first { $0.name == name } }
}

/// One teacher, or another target: section `guidance.NAME`. `NAME: PATH` alone is short for `NAME: {weights: PATH}`.
package struct TeacherSettings: Equatable, Sendable {
  package enum Weights: Equatable, Sendable {
    /// A small teacher that comes with the program, `clip` or `dino`, or a tokenizer: `dvae`, `vqkd`, `peco`.
    case shipped(String)
    /// A safetensors file, or a folder with `config.json` and safetensors.
    case path(String)
    /// No weights: the target is computed from the picture alone.
    case computed(TargetKind)
    /// Never trained: initial weights of the student's shape.
    case random(seed: UInt64)
    /// The student's own weights, averaged as it learns.
    case average
  }

  /// Key in the session.
  package var name: String
  package var weights: Weights
  /// Which of several image towers in the weights (`student` and `teacher`, a model and its average); nil: chosen by
  /// meaning.
  package var tower: String?
  /// How to get the weights, in words; shown where the path is not there.
  package var source = ""
  /// Whether targets go through the teacher's projection, where it has one (CLIP).
  package var project = true
  /// What its loss weighs where several teachers guide at once; nil: as much as any other that says nothing, 1.
  package var share: Double?
  /// What pictures are resized to for the teacher, in pixels; nil: what gives its patches the student's grid.
  package var imageSize: PlaneSize?

  package init(name: String, weights: Weights? = nil) {
    self.name = name
    self.weights = weights ?? .shipped(name)
  }

  /// Names of the teachers that come with the program.
  package static let shippedNames = ["clip", "dino"]
  /// Names of the tokenizers that come with it, whose codes a run can be guided by.
  package static let shippedTokenizers = ["dvae", "vqkd", "peco"]
  /// Under this name the student's own average guides, where the session says nothing else of it.
  package static let ownName = "self"

  fileprivate static let shippedWords =
    (shippedNames + shippedTokenizers).map { "shipped:\($0)" }.joined(separator: ", ")
}

extension GuidanceSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("start", \.start, .text("the name of a teacher")), Setting("view", ifGiven: \.view, viewType),
    ]
  }

  private static var viewType: SettingType<[Int]?> {
    .optional("auto", .integers(3, 0...255, "the channels that are red, green and blue for a teacher, from 0 on"))
  }

  /// Reads `guidance`, whose keys other than `start` and `view` are teachers' names.
  static func read(_ node: SettingNode, _ path: String, _ reader: SettingReader) throws -> GuidanceSettings {
    var guidance = GuidanceSettings()
    let entries = try reader.entries(node, path, keys: ["start", "view", "clip", "dino"])
    var teachers: [TeacherSettings] = []
    for entry in entries {
      let keyPath = SettingReader.join(path, entry.key)
      reader.note(entry.origin, at: keyPath)
      if entry.key == "start" {
        guidance.start = try reader.value(entry.value, keyPath, .text("the name of a teacher"))
        continue
      }
      if entry.key == "view" {
        guidance.view = try reader.value(entry.value, keyPath, viewType)
        continue
      }
      guard isTeacherName(entry.key), nearest(to: entry.key, among: ["start"]) == nil else {
        throw reader.unknownKey(entry, in: path, keys: ["start"] + TeacherSettings.shippedNames)
      }
      teachers.append(try TeacherSettings.read(entry, keyPath, reader))
    }
    if !teachers.isEmpty { guidance.teachers = teachers }
    return guidance
  }

  func write() -> SettingNode {
    var entries = [SettingNode.Entry(key: "start", origin: .program, value: .text(start))]
    if let view { entries.append(.init(key: "view", origin: .program, value: Self.viewType.write(view))) }
    entries += teachers.map { .init(key: $0.name, origin: .program, value: SettingNode(section: $0)) }
    return SettingNode(.map(entries))
  }

  private static func isTeacherName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic else { return false }
    return name.count <= 24
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_")
      }
  }
}

extension TeacherSettings: SessionSection {
  init() { self.init(name: "clip") }

  static var settings: [Setting<Self>] {
    [
      Setting("weights", \.weights, .weights),
      Setting("tower", ifGiven: \.tower, .optional("auto", .text("the name of a tower in the weights"))),
      Setting("source", \.source, .text("words that say how to get the weights")).omitted { $0.source.isEmpty },
      Setting("project", \.project, .flag),
      Setting("share", ifGiven: \.share, .optional("equal", .number(.between(0, 1000)))),
      Setting("image_size", \.imageSize, .optional("auto", .size(8...4096))),
    ]
  }

  fileprivate static func read(_ entry: SettingNode.Entry, _ path: String, _ reader: SettingReader) throws
    -> TeacherSettings
  {
    var teacher = TeacherSettings(name: entry.key)
    if case .scalar = entry.value.content {
      teacher.weights = try reader.value(entry.value, path, .weights)
      reader.note(entry.origin, at: "\(path).weights")
    } else {
      try reader.section(entry.value, path, into: &teacher)
    }
    let origin = reader.origins["\(path).weights"] ?? entry.origin
    switch teacher.weights {
    case .shipped(""): teacher.weights = .shipped(teacher.name)
    case .path(SettingType<TeacherSettings.Weights>.computed):
      guard let kind = TargetKind(rawValue: teacher.name) else {
        throw SessionError(
          .badValue, keyPath: "\(path).weights", line: origin.line,
          "\(origin.text): \(path) is to be computed from the picture, but nothing of that name can be; name it "
            + "\(alternatives(TargetKind.allCases.map(\.rawValue))), or say which: computed:\(TargetKind.allCases[0].rawValue)."
        )
      }
      teacher.weights = .computed(kind)
    default: break
    }
    guard case .shipped(let shipped) = teacher.weights, !(shippedNames + shippedTokenizers).contains(shipped) else {
      return teacher
    }
    throw SessionError(
      .badValue, keyPath: "\(path).weights", line: origin.line,
      "\(origin.text): \(path).weights asks for a shipped teacher named \"\(shipped)\"; give "
        + "\(shippedWords) or a path to weights.")
  }
}

extension SettingType where Value == TeacherSettings.Weights {
  /// Stands for the target that has the section's own name.
  fileprivate static let computed = "computed"

  /// `shipped` or `computed` (of the section's own name), `shipped:NAME`, `computed:KIND`, `random`, `random:SEED`, or
  /// a path.
  static var weights: SettingType {
    SettingType(
      wanted: "shipped, \(TeacherSettings.shippedWords), random, random:SEED, average, a path to safetensors, or "
        + TargetKind.allCases.map { "computed:\($0.rawValue)" }.joined(separator: ", "),
      read: { node in
        guard case .scalar(let text, _) = node.content, !text.isEmpty else { return nil }
        if text == "shipped" { return .shipped("") }
        if text.hasPrefix("shipped:") { return .shipped(String(text.dropFirst("shipped:".count))) }
        if text.hasPrefix("computed:") {
          return TargetKind(rawValue: String(text.dropFirst("computed:".count))).map { .computed($0) }
        }
        if text == "average" { return .average }
        if text == "random" { return .random(seed: 0) }
        if text.hasPrefix("random:") { return UInt64(text.dropFirst("random:".count)).map { .random(seed: $0) } }
        return .path(text)
      },
      write: { weights in
        switch weights {
        case .shipped(let name): .text("shipped:\(name)")
        case .path(let path): .text(path)
        case .computed(let kind): .text("computed:\(kind.rawValue)")
        case .random(let seed): .text("random:\(seed)")
        case .average: .text("average")
        }
      })
  }
}
