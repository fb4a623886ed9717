import Foundation

/// Reads a whole file. A pipe, a socket or a device is none: nobody waits for it to say something.
///
/// - Throws: ``FileError`` with the reason.
public func readFile(_ path: BytePath) throws -> Data {
  // Asked by its name first, as opening a device may do something, and opening a pipe would wait for its writer.
  if let status = path.status { try checkRegular(status) }
  let descriptor = path.withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
  guard descriptor >= 0 else { throw FileError.last }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw FileError.last }
  try checkRegular(status)
  // One byte more than it holds shows at once that it has not grown.
  var capacity = Int(status.st_size) + 1
  guard var buffer = malloc(capacity) else { throw FileError(code: ENOMEM) }
  var length = 0
  while true {
    let count = read(descriptor, buffer + length, capacity - length)
    if count < 0 {
      if errno == EINTR { continue }
      let error = FileError.last
      free(buffer)
      throw error
    }
    if count == 0 { return Data(bytesNoCopy: buffer, count: length, deallocator: .free) }
    length += count
    if length == capacity {
      capacity *= 2
      guard let larger = realloc(buffer, capacity) else {
        free(buffer)
        throw FileError(code: ENOMEM)
      }
      buffer = larger
    }
  }
}

private func checkRegular(_ status: stat) throws {
  switch status.st_mode & S_IFMT {
  case S_IFREG: return
  case S_IFDIR: throw FileError(code: EISDIR)
  default: throw FileError("it is a pipe, a socket or a device, not a file")
  }
}
