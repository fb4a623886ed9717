import Files
import Foundation
import Yams

extension SettingNode {
  /// Parses YAML text; `file` is how errors name it. An empty text is an empty section.
  ///
  /// - Throws: ``SessionError`` if it is no YAML, or asks for more than ``YAMLLimits`` allow.
  init(yaml text: String, file: String) throws {
    if let problem = YAMLLimits.problem(in: text) {
      throw SessionError(.unreadable, "\(file): \(problem); a session needs far less.")
    }
    do {
      guard let root = try Yams.compose(yaml: text) else {
        self.init(.map([]), origin: .line(file: file, 1))
        return
      }
      var values = 0
      self = try SettingNode.from(root, file: file, parentLine: 1, values: &values)
    } catch let error as YamlError {
      throw SettingNode.sentence(for: error, file: file)
    }
  }

  /// - Parameter values: counts nodes, those behind an alias as often as it is used.
  private static func from(_ node: Node, file: String, parentLine: Int, values: inout Int) throws -> SettingNode {
    let line = node.mark?.line ?? parentLine
    values += 1
    guard values <= YAMLLimits.values else {
      throw SessionError(
        .unreadable, line: line,
        "\(file):\(line): stands for more than \(YAMLLimits.values) values, aliases counted where they are used; write less."
      )
    }
    let origin = Origin.line(file: file, line)
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
        return SettingNode(.empty, origin: origin)
      }
      return SettingNode(.scalar(scalar.string, isText: !isPlain), origin: origin)
    case .sequence(let sequence):
      return SettingNode(
        .list(try sequence.map { try from($0, file: file, parentLine: line, values: &values) }), origin: origin)
    case .mapping(let mapping):
      return SettingNode(
        .map(
          try mapping.map { key, value in
            let keyLine = key.mark?.line ?? line
            return Entry(
              key: key.string ?? "?", origin: .line(file: file, keyLine),
              value: try from(value, file: file, parentLine: keyLine, values: &values))
          }), origin: origin)
    case .alias:
      return SettingNode(.empty, origin: origin)
    }
  }

  private static func sentence(for error: YamlError, file: String) -> SessionError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { " \($0.text)" } ?? ""
      return SessionError(
        .unreadable, line: mark.line,
        "\(file):\(mark.line): not valid YAML:\(place) \(problem) at column \(mark.column); check indentation, colons "
          + "and quotes there.")
    case .reader(let problem, let offset, _, _):
      return SessionError(
        .unreadable, "\(file): not readable as YAML text: \(problem) at byte \(offset ?? 0); save it as UTF-8.")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.prefix(3).map { "\"\(shortened($0))\"" }.joined(separator: ", ")
      return SessionError(
        .unreadable, line: context.mark.line,
        "\(file):\(context.mark.line): \(names) is given more than once in this section; keep one of them.")
    default:
      return SessionError(.unreadable, "\(file): not valid YAML: \(shortened("\(error)", to: 200)).")
    }
  }
}
