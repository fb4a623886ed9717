/// Values that a command was to give are not finite: one sentence that says whose, where and what to do. Programs end
/// with ``ExitStatus/notFinite``.
public struct NotFiniteError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
