/// A sentence that stands in the status line for some seconds.
package struct Notice: Equatable, Sendable {
  static let seconds = 4.0

  package var text: String
  package var isWarning: Bool
  var until: Double
}
