import Foundation
import Sessions

extension Run {
  /// Makes a checkpoint that is given by its path one that can be gone on from: a copy under the session where it
  /// stands elsewhere, and an entry in the session's store.
  ///
  /// - Returns: `SESSIONS/NAME`
  func takeIn(_ folder: CheckpointFolder) throws -> URL {
    let home = folder.place ?? place.folder.appendingPathComponent(folder.session, isDirectory: true)
    try folder.place(in: home)
    let report = try StoreRecovery(directory: home).recover(only: folder.run)
    if let moved = report.movedTo {
      writeError("the run store of \(report.session) is damaged; it is kept as \(moved)")
    }
    for run in report.runs {
      writeError(
        "run \(run.run) is put into the run store of \(report.session) from its checkpoint of step \(run.step)")
    }
    if folder.place == nil { writeError("the checkpoint is copied to \(home.path)") }
    return home
  }
}
