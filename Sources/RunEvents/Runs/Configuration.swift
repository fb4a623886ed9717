/// A value of the session as the run has it.
package struct ConfigurationValue: Codable, Equatable, Sendable {
  /// Dotted key path: `mask.masked`.
  package var key: String
  /// As it stands in a session file.
  package var value: String
  /// How it may be changed while the run goes on; nil: it may not.
  package var edit: LiveEdit?

  package init(key: String, value: String, edit: LiveEdit? = nil) {
    self.key = key
    self.value = value
    self.edit = edit
  }
}

/// What a value may be changed to while the run goes on.
package struct LiveEdit: Codable, Equatable, Sendable {
  package enum Kind: String, Codable, Equatable, Sendable {
    /// One of `choices`.
    case choice
    /// A number above 0.
    case number
    /// A whole number from 0 on.
    case count
    /// A whole number of patches, a share below 1, or a percentage.
    case amount
  }

  package var kind: Kind
  /// Completes "it must be ...".
  package var allowed: String
  /// Values to step through; words among them are allowed beside what the kind allows.
  package var choices: [String]

  package init(kind: Kind, allowed: String, choices: [String]) {
    self.kind = kind
    self.allowed = allowed
    self.choices = choices
  }
}

/// A value of the session was changed: it holds for every step after `step`.
package struct SettingChange: Codable, Equatable, Sendable {
  package var step: Int
  package var key: String
  package var from: String
  package var to: String

  package init(step: Int, key: String, from: String, to: String) {
    self.step = step
    self.key = key
    self.from = from
    self.to = to
  }
}
