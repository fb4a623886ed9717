/// A checkpoint was written.
package struct CheckpointRecord: Codable, Equatable, Sendable {
  package var step: Int
  package var path: String
  package var bytes: Int
  package var seconds: Double

  package init(step: Int, path: String, bytes: Int, seconds: Double) {
    self.step = step
    self.path = path
    self.bytes = bytes
    self.seconds = seconds
  }
}
