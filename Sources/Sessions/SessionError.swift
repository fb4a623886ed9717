/// Why a session cannot be used, for a person: one sentence that says what, where, and what to do.
package struct SessionError: Error, CustomStringConvertible, Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable {
    /// No session of that name or path.
    case notFound
    /// The file is not YAML, or not text.
    case unreadable
    /// A key that no session has.
    case unknownKey
    /// A value of the wrong type or outside its range.
    case badValue
    /// Values that contradict each other.
    case contradiction
    /// Data or weights that the session names are not there.
    case missingInput
  }

  package let kind: Kind
  /// Dotted key path (`student.width`), empty if the whole file is meant.
  package let keyPath: String
  /// 1-based line of the session file; nil for `--set` arguments and whole files.
  package let line: Int?
  package let description: String

  package init(_ kind: Kind, keyPath: String = "", line: Int? = nil, _ description: String) {
    self.kind = kind
    self.keyPath = keyPath
    self.line = line
    self.description = description
  }
}
