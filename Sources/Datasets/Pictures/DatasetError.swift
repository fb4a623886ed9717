/// Why data cannot be had, as one sentence that says what, where and what to do.
public struct DatasetError: Error, CustomStringConvertible, Equatable, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
