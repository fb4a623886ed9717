import Foundation
import GRDB
import RunEvents

extension RunStore {
  /// Of some steps the one that an evaluation scored best; with `loss`, the one of the least loss. The later of two
  /// alike; nil where none was judged, or the store cannot be read.
  func bestStep(of run: String, by kind: String, among steps: [Int]) -> Int? {
    let list = steps.map(String.init).joined(separator: ", ")
    let best =
      kind == "loss"
      ? "SELECT step FROM metrics WHERE run = :run AND loss IS NOT NULL AND step IN (\(list)) ORDER BY loss, step DESC"
      : "SELECT step FROM evals WHERE run = :run AND kind = :kind AND score IS NOT NULL AND step IN (\(list)) "
        + "ORDER BY score DESC, step DESC"
    return try? reading { db in
      guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM runs WHERE name = ?", arguments: [run]) else {
        return nil
      }
      return try Int.fetchOne(
        db, sql: best + " LIMIT 1", arguments: kind == "loss" ? ["run": id] : ["run": id, "kind": kind])
    }
  }

  /// The checkpoints of a run that a rule would not keep, with their bytes on the disk.
  package func surplusCheckpoints(of run: String, _ rule: CheckpointRule) -> [(step: Int, bytes: Int)] {
    let checkpoints = CheckpointStore(directory: Session.checkpoints(in: directory), run: run, rule: rule)
    return rule.surplus(of: checkpoints.steps()).map { ($0, checkpoints.bytes(of: $0)) }
  }

  /// Runs that have a folder of checkpoints: of others nobody has to look.
  var runsWithCheckpoints: Set<String> {
    let folder = Session.checkpoints(in: directory).path
    return Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
  }

  /// Bytes of all checkpoints of a run on the disk.
  package func checkpointBytes(of run: String) -> Int {
    CheckpointSizes.shared.bytes(ofFolder: Session.checkpoints(in: directory).path + "/" + run)
  }

  /// Removes checkpoints of a run that no process has in hand.
  ///
  /// - Throws: ``RunStoreError`` of kind `busy` where one has; ``CheckpointError`` where one cannot be removed.
  package func removeCheckpoints(of run: String, steps: [Int]) throws {
    let lock = try hold(run)
    try withExtendedLifetime(lock) {
      let checkpoints = CheckpointStore(directory: Session.checkpoints(in: directory), run: run, keep: .max)
      for step in steps { try checkpoints.remove(step: step) }
    }
  }
}
