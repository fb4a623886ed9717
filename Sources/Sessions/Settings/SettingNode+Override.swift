import Files
import Foundation

extension SettingNode {
  /// Applies `--set KEY.PATH=VALUE`: VALUE (`0.1`, `[0.2, 1]`, `cls+masked`) is typed later by the same rules as the
  /// file.
  ///
  /// Keys that are alternatives of the one given (`steps` and `epochs`) are dropped, so that an override always wins.
  mutating func apply(override argument: String) throws {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw SessionError(
        .badValue,
        "--set \(shortened(argument)): no value given; write it as KEY=VALUE, for example --set optimizer.learning_rate=1e-3."
      )
    }
    let path = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw SessionError(
        .badValue,
        "--set \(shortened(argument)): the key path \"\(shortened(String(argument[..<equals])))\" has an empty part; write it as SECTION.KEY=VALUE."
      )
    }
    let text = String(argument[argument.index(after: equals)...])
    let origin = Origin.argument(argument)
    guard let value = SettingNode.value(of: text) else {
      throw SessionError(
        .badValue, keyPath: path.joined(separator: "."),
        "--set \(shortened(argument)): the value opens a bracket or a quote that is not closed; close it.")
    }
    try set(path[...], value.moved(to: origin), origin: origin, above: [])
  }

  /// Lists, sections and quoted text are YAML; anything else is a scalar as it stands, whatever signs are in it.
  private static func value(of text: String) -> SettingNode? {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    guard let first = trimmed.first else { return SettingNode(.empty) }
    if "[{\"'".contains(first) { return try? SettingNode(yaml: trimmed, file: "") }
    return SettingNode(["~", "null"].contains(trimmed) ? .empty : .scalar(trimmed, isText: false))
  }

  /// Alternatives of which a section may hold one.
  private static let alternatives = [["steps", "epochs"], ["warmup_steps", "warmup_epochs"]]

  /// - Throws: ``SessionError`` if something else than a section stands on the way, which an override must not hide.
  private mutating func set(
    _ path: ArraySlice<String>, _ value: SettingNode, origin: Origin, above: [String]
  ) throws {
    guard let key = path.first else {
      self = value
      return
    }
    switch content {
    case .map, .empty: break
    case .scalar, .list: throw isNoSection(at: above.joined(separator: "."))
    }
    var entries: [Entry] = if case .map(let entries) = content { entries } else { [] }
    if !(content.isMap) { self.origin = origin }
    let rivals = SettingNode.alternatives.first { $0.contains(key) }?.filter { $0 != key } ?? []
    if path.count == 1 { entries.removeAll { rivals.contains($0.key) } }
    if let index = entries.firstIndex(where: { $0.key == key }) {
      // `guidance.clip: PATH` is short for its weights; a deeper override keeps them.
      if above == ["guidance"], let next = path.dropFirst().first, case .scalar = entries[index].value.content {
        let weights = Entry(key: "weights", origin: entries[index].origin, value: entries[index].value)
        entries[index].value = SettingNode(.map(next == "weights" ? [] : [weights]), origin: entries[index].origin)
      }
      try entries[index].value.set(path.dropFirst(), value, origin: origin, above: above + [key])
      entries[index].origin = origin
    } else {
      var inner = SettingNode(.map([]), origin: origin)
      try inner.set(path.dropFirst(), value, origin: origin, above: above + [key])
      entries.append(Entry(key: key, origin: origin, value: inner))
    }
    content = .map(entries)
  }

  private func moved(to origin: Origin) -> SettingNode {
    switch content {
    case .empty, .scalar: SettingNode(content, origin: origin)
    case .list(let items): SettingNode(.list(items.map { $0.moved(to: origin) }), origin: origin)
    case .map(let entries):
      SettingNode(
        .map(entries.map { Entry(key: $0.key, origin: origin, value: $0.value.moved(to: origin)) }), origin: origin)
    }
  }
}

extension SettingNode.Content {
  var isMap: Bool { if case .map = self { true } else { false } }
}
