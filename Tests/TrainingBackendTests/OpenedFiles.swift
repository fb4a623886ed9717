import Foundation

/// Counts how often the files of a folder are opened, by the system's own notes.
final class OpenedFiles {
  private static let opened: UInt32 = 0x20
  private static let isFolder: UInt32 = 0x4000_0000
  private static let headerBytes = 16
  private let descriptor: Int32

  init(in folder: URL) throws {
    descriptor = inotify_init1(O_NONBLOCK)
    guard descriptor >= 0, inotify_add_watch(descriptor, folder.path, Self.opened) >= 0 else {
      throw CocoaError(.fileReadUnknown)
    }
  }

  deinit { close(descriptor) }

  /// By name, since the last time.
  func counts() -> [String: Int] {
    var counts: [String: Int] = [:]
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else { return counts }
      bytes.withUnsafeBytes { raw in
        var place = 0
        while place + Self.headerBytes <= count {
          let mask = raw.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
          let length = Int(raw.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
          let name = raw[place + Self.headerBytes..<place + Self.headerBytes + length].prefix { $0 != 0 }
          if mask & Self.isFolder == 0, length > 0 { counts[String(decoding: name, as: UTF8.self), default: 0] += 1 }
          place += Self.headerBytes + length
        }
      }
    }
  }
}
