/// Where a run stands, or how it ended, in one word.
package enum RunStanding: Hashable, Sendable {
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

  private static let words: [(standing: RunStanding, word: String)] = [
    (.preparing, "preparing"), (.running, "running"), (.paused, "paused"), (.stopping, "stopping"),
    (.finished, "finished"), (.stopped, "stopped"), (.failed, "failed"), (.interrupted, "interrupted"),
    (.detached, "detached"), (.lost, "lost"), (.untrained, "untrained"),
  ]

  /// A process trains the run, or holds it paused.
  package static let active: [RunStanding] = [.preparing, .running, .paused, .stopping]

  package var isActive: Bool { Self.active.contains(self) }
}

extension RunStanding: RawRepresentable, Codable, CustomStringConvertible {
  package init(rawValue: String) {
    self = Self.words.first { $0.word == rawValue }?.standing ?? .other(rawValue)
  }

  package var rawValue: String {
    if case .other(let word) = self { return word }
    return Self.words.first { $0.standing == self }?.word ?? ""
  }

  package var description: String { rawValue }
}
