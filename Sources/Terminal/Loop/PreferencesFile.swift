import Files
import Foundation
import Workbench

/// A person's choices on disk: `workbench.json` in `$XDG_CONFIG_HOME/mvp`, or else `~/.config/mvp`. Those of the
/// monitor of a machine stand in `monitor.json`: a person may want another theme for a machine than for a
/// run.
///
/// Only what was changed is written, under a lock of the folder, so that two workbenches keep each other's choices.
/// Written aside and renamed, so that a reader or a power cut never sees half of it. A file that cannot be read counts
/// as absent, one that cannot be written is told of once: a screen does not fail for that.
package final class PreferencesFile {
  package let url: URL?
  /// As this process last read or wrote them.
  private var saved = WorkbenchPreferences()
  /// What could not be written.
  private var failed: WorkbenchPreferences?
  private var hasFailed = false

  /// Bytes of the longest file that is read.
  private static let longest = 1 << 20
  /// Half a second.
  private static let lastTries = 25

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

  /// Writes what has changed since the last call into what the file holds by now: several workbenches may write it.
  /// Returns a sentence the first time that fails.
  /// - Parameter waits: Whether there is no next call, so that whoever writes the file is waited for.
  package func save(_ preferences: WorkbenchPreferences, waits: Bool = false) -> String? {
    guard let url, preferences != saved, waits || preferences != failed else { return nil }
    do {
      let folder = url.deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      guard let lock = FolderLock(folder.path, tries: waits ? Self.lastTries : 1) else { return nil }
      try withExtendedLifetime(lock) { try merge(preferences, into: url) }
      (saved, failed) = (preferences, nil)
      return nil
    } catch {
      failed = preferences
      defer { hasFailed = true }
      return hasFailed
        ? nil
        : "the choices of this screen cannot be kept in \(url.path): make its folder writable to have them remembered"
    }
  }

  private func merge(_ preferences: WorkbenchPreferences, into url: URL) throws {
    let decoder = JSONDecoder()
    let old = try decoder.decode(PreferencesTree.self, from: saved.data)
    let new = try decoder.decode(PreferencesTree.self, from: preferences.data)
    let there = (try? RegularFile.read(url.path, limit: Self.longest)).flatMap {
      try? decoder.decode(PreferencesTree.self, from: $0)
    }
    // What is no such file is written anew.
    let merged = if let there, case .map = there { there.taking(changesFrom: old, to: new) } else { new }
    try writeFile(WorkbenchPreferences.text(of: merged), to: url.path)
  }
}

/// Held while the files of a folder are changed, without a file of its own.
private final class FolderLock {
  private let descriptor: Int32

  private static let pauseMicroseconds: UInt32 = 20_000

  /// nil where another holds it for that long. Where folders cannot be locked, as on some network file systems, nothing
  /// is held.
  init?(_ path: String, tries: Int) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    for attempt in 1...max(1, tries) {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return }
      if attempt < tries { usleep(Self.pauseMicroseconds) }
    }
    return nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
