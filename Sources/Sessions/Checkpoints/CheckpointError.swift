/// What a person gets to read when a checkpoint cannot be written or read: one sentence.
public struct CheckpointError: Error, CustomStringConvertible, Equatable, Sendable {
  public enum Kind: String, Equatable, Sendable {
    /// Writing failed; the checkpoints before it are as they were.
    case notWritten
    /// Files are missing, cut short or changed.
    case damaged
    case notFound
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
