/// Guidance was switched: every step after `step` is guided by `to`.
package struct GuidanceChange: Codable, Equatable, Sendable {
  package var step: Int
  package var from: String
  package var to: String

  package init(step: Int, from: String, to: String) {
    self.step = step
    self.from = from
    self.to = to
  }
}
