import ArgumentParser
import Files
import Foundation
import RunEvents
import Sessions

/// Where session files stand and runs write.
struct SessionPlace: ParsableArguments {
  @Option(
    help: ArgumentHelp("Folder of sessions; else MVP_SESSIONS, else ./sessions.", valueName: "dir"),
    completion: .directory, transform: userPath
  )
  var sessions: String?

  func validate() throws { _ = try fromEnvironment.map(userPath) }

  var folder: URL {
    let path = sessions ?? fromEnvironment.map { (try? expandingHome($0)) ?? $0 } ?? "sessions"
    return URL(fileURLWithPath: path, isDirectory: true)
  }

  private var fromEnvironment: String? {
    ProcessInfo.processInfo.environment["MVP_SESSIONS"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What a command that is recommended has to say beside the session's name to find it again.
  var words: String { sessions.map { " --sessions \($0)" } ?? "" }

  /// The name of a session with runs that a misspelt one meant, as a sentence ends.
  func suggestion(for session: String) -> String {
    Files.meaning(of: session, among: foldersWithRuns.map(\.lastPathComponent))
  }

  /// Folders of the sessions that have runs, by name.
  var foldersWithRuns: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appendingPathComponent($0, isDirectory: true) }.filter {
      FileManager.default.fileExists(atPath: $0.appendingPathComponent("runs.sqlite").path)
        || !StoreRecovery.runsWithCheckpoints(in: $0).isEmpty
    }
  }

  /// Reads histories from the run stores of these sessions.
  var historyLoader: @Sendable (HistoryRequest) throws -> RunHistory? {
    let folder = folder
    return { request in
      let directory = folder.appendingPathComponent(request.session, isDirectory: true)
      return try RunStore.existing(in: directory)?.history(request)
    }
  }
}
