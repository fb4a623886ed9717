import Dispatch
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

  /// So many folders are looked at by one thread: that of a few is not worth another.
  private static let folderShare = 64

  /// Bytes of the checkpoints of several runs, several at a time.
  /// - Parameter folder: `CHECKPOINTS`.
  func bytes(of runs: [String], in folder: URL) -> [String: Int] {
    let (path, share) = (folder.path, Self.folderShare)
    let found = Mutex<[String: Int]>([:])
    let parts = (runs.count + share - 1) / share
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let names = runs[part * share..<min((part + 1) * share, runs.count)]
      let sizes = names.map { ($0, bytes(ofFolder: path + "/" + $0)) }
      found.withLock { all in for (name, size) in sizes { all[name] = size } }
    }
    return found.withLock { $0 }
  }

  /// - Parameter path: of `CHECKPOINTS/RUN`.
  /// - Returns: bytes of the files of every step, 0 where there is none.
  func bytes(ofFolder path: String) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    let changed = status.st_mtim
    let remembered = known.withLock { $0[path] }
    if let remembered, remembered.changed.tv_sec == changed.tv_sec, remembered.changed.tv_nsec == changed.tv_nsec {
      return remembered.bytes
    }
    let bytes = Self.size(AT_FDCWD, path, isWanted: Self.isStep)
    let isSettled = time(nil) - changed.tv_sec > Self.unsure
    known.withLock { $0[path] = isSettled ? Known(changed: changed, bytes: bytes) : nil }
    return bytes
  }

  /// Whether a name has digits alone.
  private static func isStep(_ name: UnsafePointer<CChar>) -> Bool {
    var at = name
    while at.pointee != 0 {
      guard (48...57).contains(at.pointee) else { return false }
      at += 1
    }
    return at > name
  }

  /// Bytes of the files in a folder and below it; links count for nothing. What a folder says of the kind of its
  /// entries is believed, so that a file costs one question to the system and a folder none.
  /// - Parameter isWanted: is told the names in the folder itself; nil: all of them.
  private static func size(
    _ parent: Int32, _ name: UnsafePointer<CChar>, isWanted: ((UnsafePointer<CChar>) -> Bool)? = nil
  ) -> Int {
    let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    guard let listing = fdopendir(descriptor) else {
      close(descriptor)
      return 0
    }
    defer { closedir(listing) }
    var bytes = 0
    while let entry = readdir(listing) {
      let kind = Int(entry.pointee.d_type)
      bytes += withUnsafePointer(to: &entry.pointee.d_name) { start in
        start.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: start.pointee)) { name in
          guard strcmp(name, ".") != 0, strcmp(name, "..") != 0, isWanted?(name) ?? true else { return 0 }
          return size(descriptor, name, kind: kind)
        }
      }
    }
    return bytes
  }

  /// The same of an entry of a folder.
  private static func size(_ folder: Int32, _ name: UnsafePointer<CChar>, kind: Int) -> Int {
    if kind == Int(DT_DIR) { return size(folder, name) }
    guard kind == Int(DT_REG) || kind == Int(DT_UNKNOWN) else { return 0 }
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return 0 }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: Int(status.st_size)
    case S_IFDIR: size(folder, name)
    default: 0
    }
  }
}
