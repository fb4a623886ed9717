/// Why a file of another tool is not read; the description completes a sentence about the file.
package struct InterchangeError: Error, CustomStringConvertible, Equatable, Sendable {
  package let description: String

  package init(_ description: String) { self.description = description }
}
