import Foundation
import GRDB
import RunEvents

/// A run as lists show it.
public struct RunRecord: Equatable, Identifiable, Sendable {
  public enum State: String, Equatable, Sendable, CaseIterable {
    case preparing, running, paused, stopping
    /// All steps were done.
    case finished
    /// A person or a signal ended it; it can be resumed.
    case stopped
    case failed
    /// The process that trained it is gone without a word (`kill -9`, power cut); it can be resumed.
    case interrupted

    /// A process trains it, or holds it paused.
    var isActive: Bool {
      switch self {
      case .preparing, .running, .paused, .stopping: true
      case .finished, .stopped, .failed, .interrupted: false
      }
    }
  }

  public let id: Int64
  /// Unique in its session: `brisk-otter`.
  public let name: String
  public let seed: UInt64
  public let state: State
  public let created: Date
  public let updated: Date
  public let totalSteps: Int
  /// Last step that was applied and stored; 0 before the first.
  public let lastStep: Int
  public let lastLoss: Double?
  /// Name of the guidance in force.
  public let guidance: String
  /// Why it failed, stopped or paused, where that was not asked for by a person.
  public let reason: String?
  /// Words that a person gave it.
  public let tags: [String]
  public let note: String

  /// A process trains it, or holds it paused.
  public var isActive: Bool { state.isActive }

  /// Not a run but the entry that keeps results of an untrained student.
  public var isUntrained: Bool { totalSteps == 0 }

  /// Not in anyone's hands, and not at its end.
  public var canResume: Bool { !isActive && lastStep < totalSteps }
}

/// An event as it was stored.
public struct StoredEvent: Equatable, Sendable {
  /// Ascending in a store; asks for what is new with `events(of:after:)`.
  public let id: Int64
  public let time: Date
  public let event: RunEvent
}

extension RunRecord {
  static let columns =
    "id, name, seed, state, created, updated, total_steps, last_step, last_loss, guidance, reason, tags, note"

  /// `isHeld` tells whether a process holds the run of that name; it is asked only where the stored state is an active
  /// one.
  init(row: Row, isHeld: (String) -> Bool) {
    id = row["id"]
    name = row["name"]
    seed = UInt64(bitPattern: row["seed"] as Int64)
    created = Date(timeIntervalSince1970: row["created"])
    updated = Date(timeIntervalSince1970: row["updated"])
    totalSteps = row["total_steps"]
    lastStep = row["last_step"]
    lastLoss = row["last_loss"]
    guidance = row["guidance"]
    reason = row["reason"]
    tags = (row["tags"] as String).split(separator: " ").map(String.init)
    note = row["note"]
    let stored = State(rawValue: row["state"]) ?? .interrupted
    state = stored.isActive && !isHeld(name) ? .interrupted : stored
  }
}
