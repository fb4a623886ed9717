/// A line for the log.
package struct RunMessage: Codable, Equatable, Sendable {
  package enum Level: String, Codable, Equatable, Sendable { case info, warning, error }
  package var level: Level
  package var step: Int
  package var text: String

  package init(level: Level, step: Int, text: String) {
    self.level = level
    self.step = step
    self.text = text
  }
}
