/// What keeps a run or a command from going on: one sentence that says what, where and what to do.
public struct BackendError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
