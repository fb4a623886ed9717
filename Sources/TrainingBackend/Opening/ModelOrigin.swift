import Foundation
import Sessions

/// Weights that a session begins with: a file, a folder, or the model in a checkpoint of a run.
struct ModelOrigin {
  let url: URL
  /// `demo / calm-otter, step 900`, or the path.
  let words: String

  /// - Parameters:
  ///   - text: a path, `SESSION`, `SESSION/RUN` or `SESSION/RUN@STEP`.
  ///   - key: of the session that names it.
  ///   - sessions: the folder that sessions write into.
  /// - Throws: ``BackendError``, or what the run store says, in one sentence.
  init(_ text: String, of key: String, sessions: URL) throws {
    if holdsWeights(text) {
      url = URL(fileURLWithPath: text)
      let folder = try CheckpointFolder(path: text)
      words = folder.map { "\($0.session) / \($0.run), step \($0.step)" } ?? text
      return
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let names = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let step = parts.count == 2 ? Int(parts[1]) : nil
    guard !text.isEmpty, parts.count < 3, step != nil || parts.count == 1, names.count < 3,
      names.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
      let store = try RunStore.existing(in: sessions.appendingPathComponent(names[0], isDirectory: true))
    else {
      throw BackendError(
        "\(key) is \(text), where neither weights are nor a session of that name has runs in \(sessions.path): name a "
          + "file of weights, a checkpoint's folder, or a run as SESSION/RUN or SESSION/RUN@STEP.")
    }
    let found = names.count == 2 ? try store.run(named: names[1]) : try store.newestToJudge()
    guard let run = found else {
      throw BackendError(
        "\(key) is \(text), but session \(names[0]) has no run \(names.count == 2 ? names[1] : ""): `mvp runs \(names[0])` "
          + "lists those that it has.")
    }
    let checkpoints = CheckpointStore(
      directory: store.directory.appendingPathComponent("checkpoints", isDirectory: true), run: run.name, keep: .max)
    let saved = try step.map { try checkpoints.checkpoint(step: $0) } ?? checkpoints.newest().checkpoint
    guard let saved else {
      throw BackendError(
        "\(key) is \(text), but run \(run.name) has no whole checkpoint in \(checkpoints.directory.path): `c` in the workbench "
          + "or schedule.checkpoint_every makes them.")
    }
    url = saved.url
    words = "\(names[0]) / \(run.name), step \(saved.step)"
  }
}
