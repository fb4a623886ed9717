import Files
import RunEvents

/// Reads sections from nodes, says what is wrong with a value, and remembers where each value stood.
final class SettingReader {
  /// Where each key that was given stood, by dotted path.
  private(set) var origins: [String: SettingNode.Origin] = [:]
  /// All key paths of a session, for suggestions.
  private let known: [String]
  /// The kinds of evaluation that a session may name, with their options; nil: any, as in a session that the program
  /// wrote.
  let evaluations: [EvaluationDescription]?

  init(known: [String], evaluations: [EvaluationDescription]?) {
    self.known = known
    self.evaluations = evaluations
  }

  /// Reads one value; throws what was found and what is allowed.
  func value<Value>(_ node: SettingNode, _ path: String, _ type: SettingType<Value>) throws -> Value {
    if let value = type.read(node) { return value }
    let word = node.word ?? ""
    throw SessionError(
      .badValue, keyPath: path, line: node.origin.line,
      "\(node.origin.text): \(path) is \(node.found); it must be \(type.wanted)"
        + meaning(of: type.wordsElsewhere[word.lowercased()] ?? word, among: type.choices))
  }

  /// Reads the entries of a section over its present values.
  func section<Section: SessionSection>(_ node: SettingNode, _ path: String, into section: inout Section) throws {
    try self.section(node, path, into: &section, settings: Section.settings)
  }

  /// The same for a section whose keys are not always the same.
  func section<Section>(
    _ node: SettingNode, _ path: String, into section: inout Section, settings: [Setting<Section>]
  ) throws {
    for entry in try entries(node, path, keys: settings.map(\.key)) {
      let keyPath = SettingReader.join(path, entry.key)
      guard let setting = settings.first(where: { $0.key == entry.key }) else {
        throw unknownKey(entry, in: path, keys: settings.map(\.key))
      }
      origins[keyPath] = entry.origin
      try setting.read(entry.value, keyPath, self, &section)
    }
  }

  /// The entries of a section; an empty value has none.
  func entries(_ node: SettingNode, _ path: String, keys: [String]) throws -> [SettingNode.Entry] {
    switch node.content {
    case .map(let entries): return entries
    case .empty: return []
    case .scalar, .list: throw node.isNoSection(at: path, keys: keys)
    }
  }

  /// Notes where a key stood that ``section(_:_:into:)`` does not see.
  func note(_ origin: SettingNode.Origin, at path: String) { origins[path] = origin }

  func unknownKey(_ entry: SettingNode.Entry, in path: String, keys: [String]) -> SessionError {
    let name = shortened(entry.key)
    let keyPath = SettingReader.join(path, name)
    let place = path.isEmpty ? "a session" : path
    let advice: String
    if let near = nearest(to: name, among: keys) {
      advice = "did you mean \(near)?"
    } else if let elsewhere = known.first(where: { $0.split(separator: ".").last.map(String.init) == entry.key }) {
      advice = "did you mean \(elsewhere)?"
    } else {
      advice = "it has the keys \(keys.joined(separator: ", "))."
    }
    return SessionError(
      .unknownKey, keyPath: keyPath, line: entry.origin.line,
      "\(entry.origin.text): \(place) has no key \"\(name)\"; \(advice)")
  }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension SettingNode {
  /// The error for a value where a section must stand; without `keys` where they are not known.
  func isNoSection(at path: String, keys: [String] = []) -> SessionError {
    let what = path.isEmpty ? "the session" : path
    let allowed = keys.isEmpty ? "" : " with the keys \(keys.joined(separator: ", "))"
    return SessionError(
      .badValue, keyPath: path, line: origin.line,
      "\(origin.text): \(what) is \(found); it must be a section\(allowed).")
  }
}
