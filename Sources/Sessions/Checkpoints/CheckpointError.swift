import Foundation

/// What a person gets to read when a checkpoint cannot be written or read: one sentence.
package struct CheckpointError: Error, CustomStringConvertible, Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable {
    /// Writing failed; the checkpoints before it are as they were.
    case notWritten
    /// Files are missing, cut short or changed.
    case damaged
    case notFound
  }

  package let kind: Kind
  package let description: String
  /// What the system said, where it was the system.
  let underlying: NSError?

  package init(_ kind: Kind, _ description: String) { self.init(kind, description, underlying: nil) }

  init(_ kind: Kind, _ description: String, underlying: (any Error)?) {
    self.kind = kind
    self.description = description
    self.underlying = underlying.map { $0 as NSError }
  }

  /// The system's reason alone, where it was the system: `no space left on device`.
  package var reason: String? { underlying.flatMap { systemCode($0) }.map { systemReason($0) } }
}

/// Who does not know this type finds what the system said where Foundation puts it.
extension CheckpointError: CustomNSError {
  package var errorUserInfo: [String: Any] { underlying.map { [NSUnderlyingErrorKey: $0] } ?? [:] }
}
