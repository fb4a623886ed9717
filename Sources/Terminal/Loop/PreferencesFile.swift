import Files
import Foundation
import Workbench

/// A person's choices on disk: `workbench.json` in `$XDG_CONFIG_HOME/mvp`, or else `~/.config/mvp`. Those of the
/// monitor of a machine stand in `monitor.json`: a person may want another theme for a machine than for a
/// run.
///
/// Written aside and renamed, so that a reader or a power cut never sees half of it. A file that cannot be read counts
/// as absent, one that cannot be written is told of once: a screen does not fail for that.
package final class PreferencesFile {
  package let url: URL?
  private var saved = WorkbenchPreferences()
  private var hasFailed = false

  /// Bytes of the longest file that is read.
  private static let longest = 1 << 20

  package static let workbench = "workbench.json"
  package static let monitor = "monitor.json"

  package init(environment: [String: String], name: String = PreferencesFile.workbench) {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil }
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
    url = config.map { URL(fileURLWithPath: $0).appendingPathComponent("mvp/" + name) }
  }

  /// - Parameter initial: what a screen begins with that remembers nothing; as long as it stays so, no file is written.
  package func load(else initial: WorkbenchPreferences = WorkbenchPreferences()) -> WorkbenchPreferences? {
    let loaded = url.flatMap { try? RegularFile.read($0.path, limit: Self.longest) }.flatMap(WorkbenchPreferences.init)
    saved = loaded ?? initial
    return loaded
  }

  /// Writes what has changed since the last call; returns a sentence the first time that fails.
  package func save(_ preferences: WorkbenchPreferences) -> String? {
    guard let url, preferences != saved else { return nil }
    saved = preferences
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try writeFile(preferences.data, to: url.path)
      return nil
    } catch {
      defer { hasFailed = true }
      return hasFailed
        ? nil
        : "the choices of this screen cannot be kept in \(url.path): make its folder writable to have them remembered"
    }
  }
}
