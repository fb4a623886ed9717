import ArgumentParser
import Foundation

/// Where session files stand and runs write.
struct SessionPlace: ParsableArguments {
  @Option(help: ArgumentHelp("Folder of sessions; else MVP_SESSIONS, else ./sessions.", valueName: "dir"))
  var sessions: String?

  var folder: URL {
    let path =
      sessions ?? ProcessInfo.processInfo.environment["MVP_SESSIONS"].flatMap { $0.isEmpty ? nil : $0 } ?? "sessions"
    return URL(fileURLWithPath: path, isDirectory: true)
  }
}
