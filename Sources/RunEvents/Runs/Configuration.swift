/// A value of the session as the run has it.
public struct ConfigurationValue: Codable, Equatable, Sendable {
  /// Dotted key path: `mask.masked`.
  public var key: String
  /// As it stands in a session file.
  public var value: String
  /// How it may be changed while the run goes on; nil: it may not.
  public var edit: LiveEdit?

  public init(key: String, value: String, edit: LiveEdit? = nil) {
    self.key = key
    self.value = value
    self.edit = edit
  }
}

/// What a value may be changed to while the run goes on.
public struct LiveEdit: Codable, Equatable, Sendable {
  public enum Kind: String, Codable, Equatable, Sendable {
    /// One of `choices`.
    case choice
    /// A number above 0.
    case number
    /// A whole number from 0 on.
    case count
    /// A whole number of patches, a share below 1, or a percentage.
    case amount
  }

  public var kind: Kind
  /// Completes "it must be ...".
  public var allowed: String
  /// Values to step through; words among them are allowed beside what the kind allows.
  public var choices: [String]

  public init(kind: Kind, allowed: String, choices: [String]) {
    self.kind = kind
    self.allowed = allowed
    self.choices = choices
  }
}

/// A value of the session was changed: it holds for every step after `step`.
public struct SettingChange: Codable, Equatable, Sendable {
  public var step: Int
  public var key: String
  public var from: String
  public var to: String

  public init(step: Int, key: String, from: String, to: String) {
    self.step = step
    self.key = key
    self.from = from
    self.to = to
  }
}
