import Foundation

/// Which of a checkpoint's image towers is read.
///
/// Where a file holds weights that were trained and a moving average of them (teacher, EMA, momentum or target
/// encoder), the average is the better model, and the one that its authors judge and publish: DINO (`eval_knn.py
/// --checkpoint_key teacher`, Caron et al. 2021, fig. 6), iBOT, DINOv2, I-JEPA (`target_encoder`), mean teachers
/// (Tarvainen and Valpola 2017), timm's `--use-ema`. It is also what a student of this workbench should be guided by.
/// MoCo's authors alone judge the trained encoder (`main_lincls.py` loads `encoder_q`, version 3 `base_encoder`), so
/// under the names of theirs that one is taken.
struct TowerChoice {
  let layout: TowerLayout
  /// The towers that were not taken, in the order of preference.
  let others: [TowerLayout]
  /// Names the choice if nobody made it; nil if there was nothing to choose.
  let note: String?

  var isOneOfSeveral: Bool { !others.isEmpty }

  /// - Parameters:
  ///   - towers: all that there are, at least one
  ///   - asked: a tower's name or part of it (`teacher` for `teacher.backbone`); nil chooses by meaning
  /// - Throws: if no tower, or more than one, is called so; the sentence lists those that there are.
  init(among towers: [TowerLayout], named asked: String?, in checkpoint: CheckpointFolder) throws {
    let isMoCo = Self.areMoCos(towers)
    let ranked = towers.sorted { Self.rank($0, isMoCo: isMoCo) < Self.rank($1, isMoCo: isMoCo) }
    let chosen: TowerLayout
    if let asked {
      let matches = Self.matches(asked, among: ranked)
      guard let match = matches.first, matches.count == 1 else {
        let names = (matches.isEmpty ? ranked : matches).map(\.name).joined(separator: ", ")
        throw CheckpointError.file(
          checkpoint.path,
          matches.isEmpty
            ? "has no image tower called \(asked), it has \(names)"
            : "has several image towers called \(asked): give one of \(names)")
      }
      chosen = match
    } else {
      chosen = ranked[0]
    }
    layout = chosen
    others = ranked.filter { $0.prefix != chosen.prefix || $0.scheme != chosen.scheme }
    guard asked == nil, !others.isEmpty else {
      note = nil
      return
    }
    let reason =
      switch Role(chosen, isMoCo: isMoCo) {
      case .judged where isMoCo: "the encoder that MoCo's authors judge"
      case .judged: "a moving average of what was trained, which is judged and published"
      case .plain, .trained: "the first by name, as no name tells of an average"
      }
    note =
      "it holds \(towers.count) image towers: \(chosen.name) is taken, \(reason), not "
      + others.map(\.name).joined(separator: ", ") + "; --tower, or `tower` beside a teacher's weights, takes another"
  }

  /// Whether a tensor belongs to another tower, or to what stands beside that one, and is so no part of the chosen.
  func isOthers(_ name: String) -> Bool {
    others.contains { other in
      guard other.prefix != layout.prefix, other.prefix.hasPrefix(layout.prefix) else { return false }
      let rest = other.prefix.dropFirst(layout.prefix.count)
      return name.hasPrefix(layout.prefix + rest.prefix { $0 != "." } + ".")
    }
  }

  /// What a tower's name says it is, the best first.
  private enum Role: Int {
    case judged, plain, trained

    init(_ tower: TowerLayout, isMoCo: Bool) {
      let words = TowerChoice.words(tower.name)
      if isMoCo {
        self = words.contains("q") || words.contains("base") ? .judged : .trained
      } else if words.contains(where: Role.averages.contains) {
        self = .judged
      } else {
        self = words.contains(where: Role.learners.contains) ? .trained : .plain
      }
    }

    private static let averages: Set = [
      "teacher", "ema", "momentum", "target", "average", "averaged", "avg", "swa", "polyak", "m", "k",
    ]
    private static let learners: Set = ["student", "online", "context", "q"]
  }

  private static func rank(_ tower: TowerLayout, isMoCo: Bool) -> (Int, Int, String) {
    (Role(tower, isMoCo: isMoCo).rawValue, tower.prefix.count, tower.prefix)
  }

  /// Whether the towers are under MoCo's own names: `encoder_q` and `encoder_k`, or `base_encoder` and
  /// `momentum_encoder`.
  private static func areMoCos(_ towers: [TowerLayout]) -> Bool {
    let parts = Set(towers.flatMap { $0.name.split(separator: ".").map(String.init) })
    return parts.isSuperset(of: ["encoder_q", "encoder_k"])
      || parts.isSuperset(of: ["base_encoder", "momentum_encoder"])
  }

  private static func matches(_ asked: String, among towers: [TowerLayout]) -> [TowerLayout] {
    let exact = towers.filter { $0.name == asked }
    if !exact.isEmpty { return exact }
    let parts = towers.filter { tower in
      tower.name.hasPrefix(asked + ".") || tower.name.split(separator: ".").contains { $0 == asked }
    }
    if !parts.isEmpty { return parts }
    let wanted = words(asked)
    guard !wanted.isEmpty else { return [] }
    return towers.filter { tower in
      let found = words(tower.name)
      return found.indices.contains { found[$0...].starts(with: wanted) }
    }
  }

  /// `modelEma.module_x` as model, ema, module, x.
  private static func words(_ name: String) -> [String] {
    var words: [String] = []
    var last: Character?
    for character in name {
      if character == "." || character == "_" || character == "-" {
        words.append("")
      } else if words.isEmpty || (character.isUppercase && last?.isLowercase == true) {
        words.append(character.lowercased())
      } else {
        words[words.count - 1] += character.lowercased()
      }
      last = character
    }
    return words.filter { !$0.isEmpty }
  }
}
