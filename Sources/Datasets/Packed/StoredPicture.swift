import Files
import Foundation

/// Where the bytes of a picture lie: a file of its own, or a part of one.
package struct StoredPicture: Sendable {
  package let path: BytePath
  package let offset: Int
  /// Bytes; nil: to the end of the file.
  package let count: Int?
  /// What the file holds, where it had to be unpacked.
  let unpacked: Data?

  init(_ path: BytePath, offset: Int = 0, count: Int? = nil, unpacked: Data? = nil) {
    self.path = path
    self.offset = offset
    self.count = count
    self.unpacked = unpacked
  }

  /// Whether the file holds nothing else.
  package var isFile: Bool { count == nil }

  /// Bytes of the picture; nil where there is no such file.
  package var size: Int? { count ?? path.status.map { Int($0.st_size) } }

  /// - Throws: `FileError` with the bare reason.
  package func bytes() throws(FileError) -> Data {
    guard let count else { return try readFile(path) }
    guard let unpacked else { return try readPart(of: path, at: offset, count: count) }
    guard offset >= 0, count >= 0, offset + count <= unpacked.count else {
      throw FileError("it ends before the picture")
    }
    let start = unpacked.startIndex + offset
    return unpacked[start..<start + count]
  }
}

/// Bytes of a file from an offset on, without the rest of it.
/// - Throws: `FileError` with the bare reason, also where the file ends before.
func readPart(of path: BytePath, at offset: Int, count: Int) throws(FileError) -> Data {
  let descriptor = path.withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
  guard descriptor >= 0 else { throw FileError(code: errno) }
  defer { close(descriptor) }
  guard let buffer = malloc(max(count, 1)) else { throw FileError(code: ENOMEM) }
  var filled = 0
  while filled < count {
    let got = pread(descriptor, buffer + filled, count - filled, off_t(offset + filled))
    if got > 0 {
      filled += got
    } else if got == 0 || errno != EINTR {
      let code = errno
      free(buffer)
      throw got == 0 ? FileError("it ends before the picture") : FileError(code: code)
    }
  }
  return Data(bytesNoCopy: buffer, count: count, deallocator: .free)
}
