import Foundation

/// What is wrong with a checkpoint, a configuration or a vocabulary: one sentence that says what, where and what to do.
package struct CheckpointError: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// What the system said, where it was the system.
  let underlying: NSError?

  package init(_ description: String) { self.init(description, underlying: nil) }

  init(_ description: String, underlying: (any Error)?) {
    self.description = description
    self.underlying = underlying.map { $0 as NSError }
  }
}

extension CheckpointError {
  /// - Parameters:
  ///   - file: path shown to the reader.
  ///   - what: the rest of the sentence, without full stop.
  ///   - underlying: what the system said.
  static func file(_ file: String, _ what: String, underlying: (any Error)? = nil) -> CheckpointError {
    CheckpointError("\(file): \(what).", underlying: underlying)
  }
}

/// Who does not know this type finds what the system said where Foundation puts it.
extension CheckpointError: CustomNSError {
  package var errorUserInfo: [String: Any] { underlying.map { [NSUnderlyingErrorKey: $0] } ?? [:] }
}
