/// Where a run stands, or how it ended, in one word.
package enum RunStanding: Hashable, Sendable {
  /// A trial that has not begun.
  case queued
  case preparing, running, paused, stopping
  /// All steps were done.
  case finished
  /// A person or a signal ended it; it can be resumed.
  case stopped
  case failed
  /// The process that trained it is gone without a word (`kill -9`, power cut); it can be resumed.
  case interrupted
  /// One process's part in a run is over, and another process goes on with it.
  case detached
  /// A front end hears nothing of the run any longer.
  case lost
  /// Not a run: the entry of the store that keeps results of an untrained student.
  case untrained
  /// A word of another version of this program.
  case other(String)

  /// A process trains the run, or holds it paused.
  package static let active: [RunStanding] = [.preparing, .running, .paused, .stopping]

  package var isActive: Bool { Self.active.contains(self) }
}

// Equality goes by the word, so neither way between them may compare.
extension RunStanding: RawRepresentable, Codable, CustomStringConvertible {
  package init(rawValue: String) {
    switch rawValue {
    case "queued": self = .queued
    case "preparing": self = .preparing
    case "running": self = .running
    case "paused": self = .paused
    case "stopping": self = .stopping
    case "finished": self = .finished
    case "stopped": self = .stopped
    case "failed": self = .failed
    case "interrupted": self = .interrupted
    case "detached": self = .detached
    case "lost": self = .lost
    case "untrained": self = .untrained
    default: self = .other(rawValue)
    }
  }

  package var rawValue: String {
    switch self {
    case .queued: "queued"
    case .preparing: "preparing"
    case .running: "running"
    case .paused: "paused"
    case .stopping: "stopping"
    case .finished: "finished"
    case .stopped: "stopped"
    case .failed: "failed"
    case .interrupted: "interrupted"
    case .detached: "detached"
    case .lost: "lost"
    case .untrained: "untrained"
    case .other(let word): word
    }
  }

  package var description: String { rawValue }
}
