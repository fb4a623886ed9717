import RunEvents

/// The options that a session says for a kind of evaluation: section `evals.KIND`.
package struct EvalKindSettings: Equatable, Sendable {
  package struct Option: Equatable, Sendable {
    package var name: String
    package var value: String
  }

  package var kind: String
  /// In the order of their descriptions.
  package var options: [Option]
}

extension EvalKindSettings {
  /// The usual values; nil for a kind without options that a session can say.
  init?(_ description: EvaluationDescription) {
    kind = description.kind
    options = description.options.compactMap { option in
      option.usual.map { usual in
        // In the form in which a session that says it would have it.
        let value = SettingType<String>.option(option).read(.text(usual)) ?? usual
        return Option(name: option.name, value: value)
      }
    }
    if options.isEmpty { return nil }
  }

  var node: SettingNode {
    SettingNode(.map(options.map { .init(key: $0.name, origin: .program, value: .option($0.value)) }))
  }

  static func read(
    _ node: SettingNode, _ path: String, _ reader: SettingReader, _ usual: EvalKindSettings,
    _ options: [OptionDescription]
  ) throws -> EvalKindSettings {
    var settings = usual
    try reader.section(
      node, path, into: &settings,
      settings: usual.options.indices.compactMap { index in
        options.first { $0.name == usual.options[index].name }.map { option in
          Setting(option.name, \.options[index].value, .option(option))
        }
      })
    return settings
  }

  /// Any options.
  static func readAny(
    _ node: SettingNode, _ path: String, _ reader: SettingReader, kind: String
  ) throws -> EvalKindSettings {
    var settings = EvalKindSettings(kind: kind, options: [])
    for entry in try reader.entries(node, path, keys: []) {
      guard isName(entry.key) else { throw reader.unknownKey(entry, in: path, keys: []) }
      let value = try reader.value(entry.value, SettingReader.join(path, entry.key), .text("a value"))
      settings.options.append(Option(name: entry.key, value: value))
    }
    return settings
  }

  /// Whether a key can be the name of a kind or of an option.
  static func isName(_ key: String) -> Bool {
    !key.isEmpty && key.count <= 40
      && key.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
      }
      && Double(key) == nil
  }
}
