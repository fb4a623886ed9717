import Foundation
import Workbench

/// A person's choices on disk: `workbench.json` in `$XDG_CONFIG_HOME/mvp`, or else `~/.config/mvp`.
///
/// Written aside and renamed, so that a reader or a power cut never sees half of it. A file that cannot be read counts as absent,
/// one that cannot be written is told of once: a screen does not fail for that.
package final class PreferencesFile {
  package let url: URL?
  private var saved: WorkbenchPreferences?
  private var hasFailed = false

  package init(environment: [String: String]) {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil }
    let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
    url = config.map { URL(fileURLWithPath: $0).appendingPathComponent("mvp/workbench.json") }
  }

  package func load() -> WorkbenchPreferences? {
    saved = url.flatMap { try? Data(contentsOf: $0) }.flatMap(WorkbenchPreferences.init)
    return saved
  }

  /// Writes what has changed since the last call; returns a sentence the first time that fails.
  package func save(_ preferences: WorkbenchPreferences) -> String? {
    guard let url, preferences != saved ?? WorkbenchPreferences() else { return nil }
    saved = preferences
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try preferences.data.write(to: url, options: .atomic)
      return nil
    } catch {
      defer { hasFailed = true }
      return hasFailed
        ? nil
        : "the choices of this screen cannot be kept in \(url.path): make its folder writable to have them remembered"
    }
  }
}
