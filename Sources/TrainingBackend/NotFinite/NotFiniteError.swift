/// Values that a command was to give are not finite: one sentence that says whose, where and what to do. Programs end
/// with ``ExitStatus/notFinite``.
package struct NotFiniteError: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
