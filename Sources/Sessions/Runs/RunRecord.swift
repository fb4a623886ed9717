import Foundation
import GRDB
import RunEvents

/// A run as lists show it.
package struct RunRecord: Equatable, Identifiable, Sendable {
  package let id: Int64
  /// Unique in its session: `brisk-otter`.
  package let name: String
  package let seed: UInt64
  package let state: RunStanding
  package let created: Date
  package let updated: Date
  package let totalSteps: Int
  /// Last step that was applied and stored; 0 before the first.
  package let lastStep: Int
  package let lastLoss: Double?
  /// Name of the guidance in force.
  package let guidance: String
  /// Why it failed, stopped or paused, if no person asked for it.
  package let reason: String?
  /// Words that a person gave it.
  package let tags: [String]
  package let note: String

  /// The words that the store has for a run.
  static let storedStates = RunStanding.active + [.finished, .stopped, .failed, .interrupted]

  /// A process trains it, or holds it paused.
  package var isActive: Bool { state.isActive }

  /// Not a run but the entry that keeps results of an untrained student.
  package var isUntrained: Bool { totalSteps == 0 }
}

/// An event as it was stored.
package struct StoredEvent: Equatable, Sendable {
  /// Ascending in a store; asks for what is new with `events(of:after:)`.
  package let id: Int64
  package let time: Date
  package let event: RunEvent
}

extension RunRecord {
  static let columns =
    "id, name, seed, state, created, updated, total_steps, last_step, last_loss, guidance, reason, tags, note"

  /// `isHeld` tells whether a process holds the run of that name; it is asked only where the stored state is an active
  /// one.
  ///
  /// - Throws: where a damaged store has something else in the row.
  init(row: Row, isHeld: (String) -> Bool) throws {
    id = try row.value("id")
    name = try row.value("name")
    seed = UInt64(bitPattern: try row.value("seed", as: Int64.self))
    created = Date(timeIntervalSince1970: try row.value("created"))
    updated = Date(timeIntervalSince1970: try row.value("updated"))
    totalSteps = try row.value("total_steps")
    lastStep = try row.value("last_step")
    lastLoss = try row.value("last_loss")
    guidance = try row.value("guidance")
    reason = try row.value("reason")
    tags = try row.value("tags", as: String.self).split(separator: " ").map(String.init)
    note = try row.value("note")
    let word = RunStanding(rawValue: try row.value("state"))
    let stored = Self.storedStates.contains(word) ? word : .interrupted
    state = stored.isActive && !isHeld(name) ? .interrupted : stored
  }
}
