import Foundation
import Sessions
import Terminal
import TrainingBackend

extension TrialLauncher {
  /// Trials are made by processes without a terminal, as runs are that a workbench has let go of.
  static func processes(in place: SessionPlace) -> TrialLauncher {
    @Sendable func arguments(_ run: String, _ store: RunStore) -> [String] {
      Successor.arguments(run, of: store.session, place)
    }
    return TrialLauncher(
      start: { run, store in
        let log = store.outputLog(of: run)
        try FileManager.default.createDirectory(
          at: log.deletingLastPathComponent(), withIntermediateDirectories: true)
        awaitEnd(of: try spawnWithoutTerminal(arguments: arguments(run, store), output: log))
      },
      startAndWait: { run, store in
        awaitEnd(of: try Successor.start(run, in: store, arguments: arguments(run, store)).process)
      })
  }

  /// A process whose end nobody asks for stays in the system's table.
  private static func awaitEnd(of process: Int32) {
    Thread.detachNewThread {
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
  }
}
