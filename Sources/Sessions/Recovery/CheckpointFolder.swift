import Files
import Foundation
import RunEvents

/// A checkpoint given by the path of its folder, whatever became of the store that knew it.
package struct CheckpointFolder: Sendable {
  package let url: URL
  package let run: String
  package let step: Int
  package let position: RunPosition
  /// Name of the session that it belongs to.
  package let session: String

  /// nil where the path is no folder of a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` where it is one that is damaged.
  package init?(path: String) throws {
    let url = URL(fileURLWithPath: try expandingHome(path), isDirectory: true).standardizedFileURL
    let file = url.appendingPathComponent(CheckpointManifest.fileName)
    guard path.contains("/"), FileManager.default.fileExists(atPath: file.path) else { return nil }
    guard let data = try? RegularFile.read(file.path, limit: CheckpointManifest.longest),
      let manifest = try? JSONDecoder().decode(CheckpointManifest.self, from: data)
    else { throw CheckpointError(.damaged, "\(file.path) is not readable; use another checkpoint.") }
    if case .failure(let damage) = CheckpointManifest.verified(in: url, run: manifest.run, step: manifest.step) {
      throw CheckpointError(.damaged, "the checkpoint at \(url.path) is damaged: \(damage.text); use another one.")
    }
    guard RunStore.isName(manifest.run) else {
      throw CheckpointError(.damaged, "the checkpoint at \(url.path) names no run; use another one.")
    }
    self.url = url
    run = manifest.run
    step = manifest.step
    position = try RunPosition.read(from: url)
    session = CheckpointFolder.place(of: url)?.lastPathComponent ?? position.name ?? "recovered"
  }

  /// `SESSIONS/NAME` where the folder stands in one: `SESSIONS/NAME/checkpoints/RUN/STEP`.
  package var place: URL? { CheckpointFolder.place(of: url) }

  private static func place(of url: URL) -> URL? {
    let checkpoints = url.deletingLastPathComponent().deletingLastPathComponent()
    guard checkpoints.lastPathComponent == "checkpoints", Int(url.lastPathComponent) != nil else { return nil }
    return checkpoints.deletingLastPathComponent()
  }

  /// The session in force when the checkpoint was written.
  ///
  /// - Parameters:
  ///   - directory: `SESSIONS/NAME`, where it is not the one that the folder stands in.
  ///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
  /// - Throws: ``SessionError``.
  package func loadSession(
    overrides: [String] = [], directory: URL? = nil, evaluations: [EvaluationDescription]? = nil
  ) throws -> Session {
    let settings = try SessionFile(
      yaml: position.session, file: "the checkpoint at \(url.path)", overrides: overrides, evaluations: evaluations)
    return Session(
      name: session, source: "checkpoint \(url.path)", settings: settings,
      directory: directory ?? place ?? url.deletingLastPathComponent(), searched: [:])
  }

  /// Puts a copy of the checkpoint under a session, where it is not there yet.
  ///
  /// - Throws: ``CheckpointError`` where that cannot be written, or the run has later checkpoints there, which going on
  ///   would discard.
  package func place(in session: URL) throws {
    let store = CheckpointStore(directory: Session.checkpoints(in: session), run: run, keep: .max)
    if let newest = store.newest().checkpoint, newest.step > step {
      throw CheckpointError(
        .notWritten,
        "run \(run) has a later checkpoint, which going on from step \(step) would discard: go on from \(newest.url.path), or move the "
          + "later ones away.")
    }
    guard url != store.directory.appendingPathComponent(String(step), isDirectory: true).standardizedFileURL,
      !store.steps().contains(step)
    else { return }
    _ = try store.save(step: step) { folder in
      for name in try CheckpointManifest.paths(in: url) {
        try FileManager.default.copyItem(at: url.appendingPathComponent(name), to: folder.appendingPathComponent(name))
      }
    }
  }
}
