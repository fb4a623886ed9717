import Foundation

/// A checkpoint on disk.
package struct SavedCheckpoint: Equatable, Sendable {
  package let step: Int
  package let url: URL
  /// All files together.
  package let bytes: Int
  /// Wall time of writing it; 0 for one that was read.
  package let seconds: Double

  package func file(_ name: String) -> URL { url.appendingPathComponent(name) }
}

/// The newest checkpoint that is whole, and a sentence about each newer one that is not.
package struct CheckpointSearch: Equatable, Sendable {
  package let checkpoint: SavedCheckpoint?
  package let warnings: [String]
}

/// The checkpoints of one run: `SESSIONS/NAME/checkpoints/RUN/STEP/`.
///
/// A checkpoint is written aside, synced, and renamed into place, so that under its name there is a whole one or none,
/// whatever happens in between. ``newest()`` checks sizes and checksums and falls back to the one before. Who saves or
/// cleans up must hold the run (see ``RunRecorder``); reading needs nothing.
package struct CheckpointStore: Sendable {
  /// `checkpoints/RUN`
  package let directory: URL
  package let run: String
  /// Which ones are kept.
  package let rule: CheckpointRule

  /// - Parameters:
  ///   - directory: `SESSIONS/NAME/checkpoints`; made with the first checkpoint.
  ///   - keep: so many of the newest, at least 1.
  package init(directory: URL, run: String, keep: Int) {
    self.init(directory: directory, run: run, rule: CheckpointRule(newest: keep))
  }

  package init(directory: URL, run: String, rule: CheckpointRule) {
    self.directory = directory.appendingPathComponent(run, isDirectory: true)
    self.run = run
    self.rule = rule
  }

  /// Writes a checkpoint and prunes older ones. A checkpoint of the same step is replaced.
  ///
  /// - Parameter write: writes the files into the folder it is given, which exists and is empty.
  /// - Throws: ``CheckpointError``; all earlier checkpoints are then as they were.
  package func save(step: Int, _ write: (URL) throws -> Void) throws -> SavedCheckpoint {
    let start = ContinuousClock.now
    let target = folder(step)
    let aside = directory.appendingPathComponent("\(CheckpointStore.writingPrefix)\(step)", isDirectory: true)
    let bytes: Int
    do {
      try makeDirectory()
      if FileManager.default.fileExists(atPath: aside.path) { try FileManager.default.removeItem(at: aside) }
      try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: false)
      try write(aside)
      bytes = try seal(aside, step: step)
      try place(aside, at: target, step: step)
    } catch {
      try? FileManager.default.removeItem(at: aside)
      throw CheckpointError(
        .notWritten,
        "the checkpoint of step \(step) was not written to \(target.path): \(systemReason(error)); earlier checkpoints are as they "
          + "were\(remedy(for: error)).", underlying: error)
    }
    prune()
    let seconds = start.duration(to: .now) / .seconds(1)
    return SavedCheckpoint(step: step, url: target, bytes: bytes, seconds: seconds)
  }

  /// Steps that have a checkpoint, ascending, not verified.
  package func steps() -> [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.compactMap { name in Int(name).flatMap { $0 >= 0 && String($0) == name ? $0 : nil } }.sorted()
  }

  /// The newest checkpoint that is whole.
  package func newest() -> CheckpointSearch {
    var warnings: [String] = []
    for step in steps().reversed() {
      do {
        return CheckpointSearch(checkpoint: try checkpoint(step: step), warnings: warnings)
      } catch {
        warnings.append(String(describing: error))
      }
    }
    return CheckpointSearch(checkpoint: nil, warnings: warnings)
  }

  /// What the newest checkpoint with a readable `run.json` says of the run; the checkpoint itself is not verified.
  func newestPosition() -> (step: Int, position: RunPosition)? {
    for step in steps().reversed() {
      if let position = try? RunPosition.read(from: folder(step)) { return (step, position) }
    }
    return nil
  }

  /// The checkpoint of a step, verified.
  package func checkpoint(step: Int) throws -> SavedCheckpoint {
    let url = folder(step)
    guard FileManager.default.fileExists(atPath: url.path) else {
      let there = steps()
      let advice = there.isEmpty ? "there is none" : "there are \(there.map(String.init).joined(separator: ", "))"
      throw CheckpointError(.notFound, "run \(run) has no checkpoint of step \(step) in \(directory.path); \(advice).")
    }
    switch CheckpointManifest.verified(in: url, run: run, step: step) {
    case .success(let manifest):
      return SavedCheckpoint(step: step, url: url, bytes: manifest.files.reduce(0) { $0 + $1.bytes }, seconds: 0)
    case .failure(let damage):
      throw CheckpointError(
        .damaged, "the checkpoint of step \(step) at \(url.path) is damaged: \(damage.text); use an earlier one.")
    }
  }

  /// Makes a checkpoint that had to be written elsewhere one of these: a link leads to it from where it belongs.
  ///
  /// - Returns: whether the link could be made.
  @discardableResult
  package func adopt(_ elsewhere: SavedCheckpoint) -> Bool {
    let link = folder(elsewhere.step).path
    guard (try? makeDirectory()) != nil, !FileManager.default.fileExists(atPath: link) else { return false }
    return symlink(elsewhere.url.standardizedFileURL.path, link) == 0
  }

  /// Deletes checkpoints of steps after `step`: those that a resumed run did not come from.
  package func discard(after step: Int) throws {
    for later in steps() where later > step {
      do {
        try FileManager.default.removeItem(at: folder(later))
      } catch {
        throw CheckpointError(
          .notWritten,
          "the checkpoint of step \(later) at \(folder(later).path) cannot be removed: \(systemReason(error)); remove it by hand."
        )
      }
    }
  }

  /// Makes whole checkpoints that another run wrote into this folder this run's: after a run was given another name.
  func adopt(from other: String) throws {
    for step in steps() {
      guard case .success(var manifest) = CheckpointManifest.verified(in: folder(step), run: other, step: step) else {
        continue
      }
      manifest.run = run
      try manifest.write(to: folder(step))
    }
  }

  /// Removes what a killed process left half done, and puts a checkpoint back that was being replaced.
  package func cleanLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    for name in names {
      let url = directory.appendingPathComponent(name, isDirectory: true)
      if name.hasPrefix(CheckpointStore.writingPrefix) {
        try? FileManager.default.removeItem(at: url)
      } else if name.hasPrefix(CheckpointStore.replacedPrefix) {
        let step = Int(name.dropFirst(CheckpointStore.replacedPrefix.count))
        if let step, !FileManager.default.fileExists(atPath: folder(step).path) {
          try? DurableFiles.rename(url, to: folder(step))
        } else {
          try? FileManager.default.removeItem(at: url)
        }
      }
    }
  }

  private static let writingPrefix = ".writing-"
  private static let replacedPrefix = ".replaced-"

  private func folder(_ step: Int) -> URL { directory.appendingPathComponent(String(step), isDirectory: true) }

  /// Makes the run's folder, and waits until the folders above know it.
  private func makeDirectory() throws {
    if FileManager.default.fileExists(atPath: directory.path) { return }
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let checkpoints = directory.deletingLastPathComponent()
    try DurableFiles.synchronise(checkpoints, isDirectory: true)
    try DurableFiles.synchronise(checkpoints.deletingLastPathComponent(), isDirectory: true)
  }

  /// Writes the manifest and waits until all of the folder is on the disk; returns the bytes of its files.
  private func seal(_ folder: URL, step: Int) throws -> Int {
    let files = try CheckpointManifest.files(in: folder)
    for file in files { try DurableFiles.synchronise(folder.appendingPathComponent(file.name)) }
    try CheckpointManifest(run: run, step: step, files: files).write(to: folder)
    try DurableFiles.synchronise(folder, isDirectory: true)
    return files.reduce(0) { $0 + $1.bytes }
  }

  /// Gives the finished folder its name. A folder of that name steps aside first and is put back by
  /// ``cleanLeftovers()`` should the process end right between the two renames.
  private func place(_ aside: URL, at target: URL, step: Int) throws {
    let replaced = directory.appendingPathComponent("\(CheckpointStore.replacedPrefix)\(step)", isDirectory: true)
    let isReplacing = FileManager.default.fileExists(atPath: target.path)
    if isReplacing {
      try? FileManager.default.removeItem(at: replaced)
      try DurableFiles.rename(target, to: replaced)
    }
    do {
      try DurableFiles.rename(aside, to: target)
    } catch {
      if isReplacing { try? DurableFiles.rename(replaced, to: target) }
      throw error
    }
    try DurableFiles.synchronise(directory, isDirectory: true)
    if isReplacing { try? FileManager.default.removeItem(at: replaced) }
  }

  /// Removes what need not stay. One that cannot be removed does no harm, and is tried again next time.
  private func prune() {
    for step in rule.surplus(of: steps()) { try? FileManager.default.removeItem(at: folder(step)) }
  }

  /// Bytes of the checkpoint of a step on the disk; 0 if there is none.
  package func bytes(of step: Int) -> Int {
    let folder = folder(step).path
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return files.reduce(0) { sum, file in
      var status = stat()
      guard lstat(folder + "/" + file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return sum }
      return sum + Int(status.st_size)
    }
  }

  /// Removes the checkpoint of a step.
  func remove(step: Int) throws {
    do {
      try FileManager.default.removeItem(at: folder(step))
    } catch {
      throw CheckpointError(
        .notWritten,
        "the checkpoint of step \(step) at \(folder(step).path) cannot be removed: \(systemReason(error)); make its folder writable."
      )
    }
  }

  private func remedy(for error: any Error) -> String {
    switch systemCode(error) {
    case ENOSPC, EDQUOT: "; free some space and checkpoint again"
    case EACCES, EPERM, EROFS: "; make the folder writable"
    default: ""
    }
  }
}
