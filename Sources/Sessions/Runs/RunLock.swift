import Files
import Foundation

/// Keeps two processes from training the same run: an exclusive `flock` on a file that holds the process number.
///
/// Only its owner may open the file: who can open it could lock it, and keep the run from being trained. The kernel
/// gives the lock back when the process ends, however it ends, so a lock that can be taken means that nobody trains.
final class RunLock: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Takes the lock; nil if somebody holds it.
  init?(path: String) throws {
    self.path = path
    // Two tries of a file: between opening and locking, the one who held it may have removed it.
    for attempt in 0..<RunLock.attempts {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
      guard opened >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      if flock(opened, LOCK_EX | LOCK_NB) == 0 {
        if RunLock.isSameFile(opened, path) {
          descriptor = opened
          let text = "\(ProcessInfo.processInfo.processIdentifier)\n"
          ftruncate(opened, 0)
          _ = text.withCString { pwrite(opened, $0, strlen($0), 0) }
          return
        }
        close(opened)
        continue
      }
      close(opened)
      // A reader that asks whether the lock is held holds it, shared, for a moment.
      if attempt + 1 < RunLock.attempts { usleep(RunLock.pauseMicroseconds) }
    }
    return nil
  }

  deinit {
    // Removed while it is still held, so that nobody else's file can be meant.
    unlink(path)
    close(descriptor)
  }

  /// Whether some process, this one included, holds the lock.
  static func isHeld(path: String) -> Bool {
    let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    if flock(opened, LOCK_SH | LOCK_NB) == 0 { return false }
    return errno == EWOULDBLOCK
  }

  /// Number of the process that holds the lock, as it wrote it.
  static func holder(path: String) -> Int? {
    guard let data = try? RegularFile.read(path, limit: 64) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  private static let attempts = 10
  private static let pauseMicroseconds: UInt32 = 20_000

  private static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var held = stat()
    var named = stat()
    guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
    return held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }
}
