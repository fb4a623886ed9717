import Files

/// A parsed value of a session file together with where it stood, so that an error can point at it.
///
/// The same tree carries a session out again: sections render themselves into nodes, nodes into YAML or JSON.
struct SettingNode: Equatable {
  enum Content: Equatable {
    /// A value left empty (`width:`), `~` or `null`.
    case empty
    /// Text of a scalar; `isText` where it stood in quotes, or where it must when it is written.
    case scalar(String, isText: Bool)
    case list([SettingNode])
    case map([Entry])
  }

  struct Entry: Equatable {
    var key: String
    var origin: Origin
    var value: SettingNode
  }

  /// Where a value came from.
  enum Origin: Equatable, Sendable {
    case line(file: String, Int)
    /// A `--set` argument, whole.
    case argument(String)
    /// Made by the program: defaults and rendered sessions.
    case program

    /// What an error sentence begins with: `demo.yaml:12` or `--set seed=x`.
    var text: String {
      switch self {
      case .line(let file, let line): "\(file):\(line)"
      case .argument(let argument): "--set \(shortened(argument))"
      case .program: "session"
      }
    }

    var line: Int? {
      if case .line(_, let line) = self { line } else { nil }
    }
  }

  var content: Content
  var origin: Origin

  init(_ content: Content, origin: Origin = .program) {
    self.content = content
    self.origin = origin
  }

  static func number(_ value: Int) -> SettingNode { SettingNode(.scalar(String(value), isText: false)) }
  static func text(_ value: String) -> SettingNode { SettingNode(.scalar(value, isText: true)) }
  static func flag(_ value: Bool) -> SettingNode { SettingNode(.scalar(value ? "true" : "false", isText: false)) }

  /// Shortest digits that read back as the same number; always with a point before an exponent, as YAML 1.1 wants it.
  static func number(_ value: Double) -> SettingNode {
    var text = value.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    if let exponent = text.firstIndex(of: "e"), !text.contains(".") { text.insert(contentsOf: ".0", at: exponent) }
    return SettingNode(.scalar(text, isText: false))
  }

  /// Whether nothing is said here: no value, or a section or list without any, also in the sections below.
  var isEmpty: Bool {
    switch content {
    case .empty: true
    case .scalar: false
    case .list(let items): items.isEmpty
    case .map(let entries): entries.allSatisfy(\.value.isEmpty)
    }
  }

  /// The text of a scalar.
  var word: String? { if case .scalar(let text, _) = content { text } else { nil } }

  /// The text of a scalar at a path below this node; nil where there is none.
  func text(at path: [String]) -> String? {
    path.reduce(Optional(self)) { node, key in
      guard case .map(let entries)? = node?.content else { return nil }
      return entries.last { $0.key == key }?.value
    }?.word
  }

  /// What stands here, in the words of an error sentence.
  var found: String {
    switch content {
    case .empty: "empty"
    case .scalar(let text, let isText): isText || text.isEmpty ? "\"\(shortened(text))\"" : shortened(text)
    case .list(let items): items.count <= 8 ? shortened(inline) : "a list of \(items.count)"
    case .map: "a section"
    }
  }
}
