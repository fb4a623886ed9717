import Foundation

/// Writing that is on the disk when it returns, and reading in pieces.
enum DurableFiles {
  private static let pieceBytes = 1 << 20

  /// Waits until the file or folder itself is on the disk.
  static func synchronise(_ url: URL, isDirectory: Bool = false) throws {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | (isDirectory ? O_DIRECTORY : 0))
    guard descriptor >= 0 else { throw lastError() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw lastError() }
  }

  static func write(_ data: Data, to url: URL) throws {
    let descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw lastError() }
    defer { close(descriptor) }
    try data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          throw lastError()
        }
        done += count
      }
    }
    guard fsync(descriptor) == 0 else { throw lastError() }
  }

  /// Size and hash of a file.
  static func fingerprint(_ url: URL) throws -> (bytes: Int, hash: String) {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw lastError() }
    defer { close(descriptor) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 64)
    defer { piece.deallocate() }
    var hash = XXHash64()
    var total = 0
    while true {
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw lastError()
      }
      if count == 0 { return (total, hash.hexadecimal) }
      hash.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      total += count
    }
  }

  /// Renames within a file system, in one stroke.
  static func rename(_ from: URL, to: URL) throws {
    guard Foundation.rename(from.path, to.path) == 0 else { throw lastError() }
  }

  private static func lastError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
