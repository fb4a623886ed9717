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
  /// The run that it was forked from; nil: it is no fork.
  package let origin: RunOrigin?
  /// What it is a trial of; nil: it is none.
  package let trial: TrialOrigin?

  /// The words that the store has for a run.
  static let storedStates = RunStanding.active + [.queued, .finished, .stopped, .failed, .interrupted]

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
    "id, name, seed, state, created, updated, total_steps, last_step, last_loss, guidance, reason, tags, note, "
    + "parent, parent_step, trial_of, trial_step, trial_kind"

  /// `isHeld` tells whether a process holds the run of that name; it is asked only where the stored state is an active
  /// one.
  ///
  /// - Parameter row: begins with ``columns``.
  /// - Throws: where a damaged store has something else in the row.
  init(row: Row, isHeld: (String) -> Bool) throws {
    id = try row.value(0)
    name = try row.value(1)
    seed = UInt64(bitPattern: try row.value(2, as: Int64.self))
    created = Date(timeIntervalSince1970: try row.value(4))
    updated = Date(timeIntervalSince1970: try row.value(5))
    totalSteps = try row.value(6)
    lastStep = try row.value(7)
    lastLoss = try row.value(8)
    guidance = try row.value(9)
    reason = try row.value(10)
    tags = try row.value(11, as: String.self).split(separator: " ").map(String.init)
    note = try row.value(12)
    let step = try row.value(14, as: Int?.self)
    origin = try row.value(13, as: String?.self).map { RunOrigin(run: $0, step: step ?? 0) }
    let (judged, kind) = (try row.value(15, as: String?.self), try row.value(17, as: String?.self))
    let judgedStep = try row.value(16, as: Int?.self)
    trial = judged.map { TrialOrigin(run: $0, step: judgedStep, kind: kind ?? "") }
    let word = RunStanding(rawValue: try row.value(3))
    let stored = Self.storedStates.contains(word) ? word : .interrupted
    state = stored.isActive && !isHeld(name) ? .interrupted : stored
  }
}
