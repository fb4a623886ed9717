import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

/// A process without a terminal that goes on with a run.
struct Successor {
  let process: Int32
  let run: String
  let store: RunStore

  private static let pauseMicroseconds: UInt32 = 20_000

  /// Starts it. Returns once it holds the run and can be attached to.
  ///
  /// - Parameter arguments: of the program; what it prints goes to the run's log.
  static func start(_ run: String, in store: RunStore, arguments: [String]) throws -> Successor {
    let log = store.outputLog(of: run)
    try FileManager.default.createDirectory(at: log.deletingLastPathComponent(), withIntermediateDirectories: true)
    let successor = Successor(
      process: try spawnWithoutTerminal(arguments: arguments, output: log), run: run, store: store)
    try successor.awaitRun()
    return successor
  }

  /// What the program is told to go on with a run, or to begin with a trial, as it stands in the store.
  static func arguments(_ run: String, of session: String, _ place: SessionPlace) -> [String] {
    [
      "run", session, "--sessions", place.folder.path, "--headless", "--resume", "--keep-settings", "--run", run,
    ]
  }

  private func awaitRun() throws {
    while store.listener(of: run) != Int(process) {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process { throw BackendError(lastWords) }
      usleep(Self.pauseMicroseconds)
    }
  }

  private var lastWords: String {
    let text = (try? String(contentsOf: store.outputLog(of: run), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map(String.init) ?? "the process ended without a word"
  }
}
