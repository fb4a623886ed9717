/// What keeps a run or a command from going on: one sentence that says what, where and what to do.
package struct BackendError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
