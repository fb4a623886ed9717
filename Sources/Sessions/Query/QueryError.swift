/// Why a query gives no rows: one sentence.
package struct QueryError: Error, CustomStringConvertible, Equatable, Sendable {
  package let description: String
  /// Whether the query itself is wrong, and not what it reads.
  package let isMistaken: Bool

  init(_ description: String, isMistaken: Bool = false) {
    self.description = description
    self.isMistaken = isMistaken
  }
}
