import Foundation
import GRDB
import RunEvents

/// What another process needs to find the one that trains a run.
extension RunStore {
  /// Socket of the process that trains a run, beside the run's lock: whoever holds the lock owns it too.
  package func controlSocket(of run: String) -> URL {
    directory.appendingPathComponent("locks/\(run).sock")
  }

  /// What a run that several processes train tells of them, for whoever watches the machine: beside its lock.
  package func ranksFile(of run: String) -> URL { directory.appendingPathComponent("locks/\(run).ranks") }

  /// What a process prints that trains a run without a terminal.
  package func outputLog(of run: String) -> URL { directory.appendingPathComponent("logs/\(run).log") }

  /// Number of the process that has a run in hand; nil if none has.
  package func holder(of run: String) -> Int? {
    isHeld(run) ? RunLock.holder(path: lockPath(run)) : nil
  }

  /// The same once that process can be attached to.
  package func listener(of run: String) -> Int? {
    FileManager.default.fileExists(atPath: controlSocket(of: run).path) ? holder(of: run) : nil
  }

  /// Runs that some process trains or holds paused, newest first.
  package func liveRuns() throws -> [RunRecord] {
    let states = RunStanding.active.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try reading { db in
      try Row.fetchAll(
        db, sql: "SELECT \(RunRecord.columns) FROM runs WHERE state IN (\(states)) ORDER BY created DESC, id DESC"
      ).map { try RunRecord(row: $0, isHeld: isHeld) }.filter(\.isActive)
    }
  }
}
