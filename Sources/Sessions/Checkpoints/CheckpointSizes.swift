import Foundation
import Synchronization

/// Bytes of the checkpoints of runs on the disk, remembered for as long as nothing comes into a run's folder or leaves
/// it: a checkpoint is written aside and then given its name there, and none of its files is written again.
final class CheckpointSizes: Sendable {
  static let shared = CheckpointSizes()

  private struct Known {
    var changed: timespec
    var bytes: Int
  }

  private let known = Mutex<[String: Known]>([:])
  /// Seconds in which a folder may change again without its time being another: the clocks of file systems are coarse.
  private static let unsure = 2

  /// - Parameter folder: `CHECKPOINTS/RUN`.
  /// - Returns: bytes of the files of every step, 0 where there is none.
  func bytes(of folder: URL) -> Int {
    var status = stat()
    guard stat(folder.path, &status) == 0 else { return 0 }
    let changed = status.st_mtim
    let remembered = known.withLock { $0[folder.path] }
    if let remembered, remembered.changed.tv_sec == changed.tv_sec, remembered.changed.tv_nsec == changed.tv_nsec {
      return remembered.bytes
    }
    let bytes = Self.size(AT_FDCWD, folder.path) { Int($0).map { $0 >= 0 } ?? false }
    let isSettled = time(nil) - changed.tv_sec > Self.unsure
    known.withLock { $0[folder.path] = isSettled ? Known(changed: changed, bytes: bytes) : nil }
    return bytes
  }

  /// Bytes of the files in a folder and below it; links count for nothing.
  /// - Parameter isWanted: is told the names in the folder itself; nil: all of them.
  private static func size(_ parent: Int32, _ name: String, isWanted: ((String) -> Bool)? = nil) -> Int {
    let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    guard let listing = fdopendir(descriptor) else {
      close(descriptor)
      return 0
    }
    defer { closedir(listing) }
    var bytes = 0
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
        start.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: start.pointee)) {
          String(cString: $0)
        }
      }
      guard name != ".", name != "..", isWanted?(name) ?? true else { continue }
      var status = stat()
      guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: bytes += Int(status.st_size)
      case S_IFDIR: bytes += size(descriptor, name)
      default: break
      }
    }
    return bytes
  }
}
