import RunEvents

/// Labelled pictures by a name of their own: `evals.sets.NAME`, with the keys of `evals.data`. `NAME: PATH` alone is
/// short for `NAME: {path: PATH}`.
package struct EvalSet: Equatable, Sendable {
  /// Part of the names of what is made on it: `knn/NAME`.
  package var name: String
  package var data: EvalDataSettings

  private static let longest = 24

  /// What is asked for on it where a session does not say what is evaluated.
  var usual: String { EvaluationName(kind: "knn", set: name).text }
  var keyPath: String { "evals.sets.\(name)" }
}

extension EvalSet {
  static func read(_ node: SettingNode, _ path: String, _ reader: SettingReader) throws -> [EvalSet] {
    try reader.entries(node, path, keys: []).map { entry in
      let keyPath = SettingReader.join(path, entry.key)
      reader.note(entry.origin, at: keyPath)
      guard EvalKindSettings.isName(entry.key), entry.key.count <= longest else {
        throw SessionError(
          .badValue, keyPath: keyPath, line: entry.origin.line,
          "\(entry.origin.text): \(path) has the set \"\(entry.key.prefix(80))\"; its name must be of small letters, digits, _ and -, at "
            + "most \(longest).")
      }
      var set = EvalSet(name: entry.key, data: EvalDataSettings())
      if case .scalar = entry.value.content {
        set.data.path = try reader.value(entry.value, keyPath, .text("a folder of class directories, or a section"))
        reader.note(entry.origin, at: "\(keyPath).path")
      } else {
        try reader.section(entry.value, keyPath, into: &set.data)
      }
      return set
    }
  }

  static func write(_ sets: [EvalSet]) -> SettingNode? {
    if sets.isEmpty { return nil }
    return SettingNode(.map(sets.map { .init(key: $0.name, origin: .program, value: SettingNode(section: $0.data)) }))
  }
}
