/// What is wrong with a checkpoint, a configuration or a vocabulary: one sentence that says what, where and what to do.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

extension CheckpointError {
  /// - Parameters:
  ///   - file: path shown to the reader.
  ///   - what: the rest of the sentence, without full stop.
  static func file(_ file: String, _ what: String) -> CheckpointError { CheckpointError("\(file): \(what).") }
}
