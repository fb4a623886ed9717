import Foundation

/// `SESSIONS/NAME/logs/RUN.unrecorded.jsonl`: what happened in a run and its store could not take, so that it is not
/// lost with the process. It is there only while that is so; whoever opens the store next takes it in.
struct RecordingJournal {
  static let suffix = ".unrecorded.jsonl"

  let url: URL
  private var bytes = 0

  init(url: URL) { self.url = url }

  /// Adds lines and waits until they are on the disk.
  ///
  /// - Throws: the system's error; the file then ends where it ended before.
  mutating func add(_ lines: Data) throws {
    guard !lines.isEmpty else { return }
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    let descriptor = open(url.path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    defer { close(descriptor) }
    do {
      // What another process left here has been taken in.
      if bytes == 0 { ftruncate(descriptor, 0) }
      try lines.withUnsafeBytes { part in
        var done = 0
        while done < part.count {
          let written = pwrite(descriptor, part.baseAddress?.advanced(by: done), part.count - done, bytes + done)
          if written < 0 {
            if errno == EINTR { continue }
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
          }
          done += written
        }
      }
      guard fdatasync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      ftruncate(descriptor, bytes)
      throw error
    }
    bytes += lines.count
  }

  /// The store has everything.
  mutating func remove() {
    guard bytes > 0 else { return }
    unlink(url.path)
    bytes = 0
  }
}
