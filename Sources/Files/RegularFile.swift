import Foundation

/// Files that people or other programs put there, read only if they are regular and of a bounded size: a pipe holds its
/// reader up for ever, a device may do anything, and what has no end fills the memory.
package enum RegularFile {
  /// Why a file is not read; the description completes a sentence that begins with the file's path.
  package struct Problem: Error, CustomStringConvertible, Equatable {
    package let description: String
    /// The system's number of what is wrong, if it has one.
    package var code: Int32?
  }

  /// What is wrong with a file before it is opened; nil if it is regular. Links are followed.
  package static func problem(_ path: BytePath) -> Problem? {
    var status = stat()
    guard path.withCPath({ stat($0, &status) }) == 0 else { return system(errno) }
    return kindProblem(status)
  }

  package static func problem(_ path: String) -> Problem? { problem(BytePath(path)) }

  /// What an entry of a folder is that should be a regular file itself, in words; nil if it is one, and if there is
  /// none.
  package static func stranger(_ path: String) -> String? {
    var status = stat()
    return lstat(path, &status) == 0 ? kind(of: status) : nil
  }

  /// The bytes of a regular file.
  /// - Parameter limit: bytes that are read at most.
  /// - Throws: ``Problem`` if it is no regular file, is longer, or cannot be read.
  package static func read(_ path: BytePath, limit: Int = .max) throws(Problem) -> Data {
    // Asked by its name first, as opening a device may do something, and opening a pipe would wait for its writer.
    if let problem = problem(path) { throw problem }
    let descriptor = path.withCPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard descriptor >= 0 else { throw system(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw system(errno) }
    if let problem = kindProblem(status) { throw problem }
    guard status.st_size <= limit else { throw tooLong(Int(status.st_size), limit: limit) }
    // One byte more than it holds shows at once that it has not grown.
    var capacity = Int(status.st_size) + 1
    guard var buffer = malloc(capacity) else { throw system(ENOMEM) }
    var length = 0
    while true {
      let count = Foundation.read(descriptor, buffer + length, capacity - length)
      if count == 0 { return Data(bytesNoCopy: buffer, count: length, deallocator: .free) }
      if count < 0 {
        if errno == EINTR { continue }
        let problem = system(errno)
        free(buffer)
        throw problem
      }
      length += count
      // It grew, or does not tell its size.
      guard length <= limit else {
        free(buffer)
        throw tooLong(length, limit: limit)
      }
      if length == capacity {
        capacity *= 2
        guard let larger = realloc(buffer, capacity) else {
          free(buffer)
          throw system(ENOMEM)
        }
        buffer = larger
      }
    }
  }

  package static func read(_ path: String, limit: Int) throws(Problem) -> Data {
    try read(BytePath(path), limit: limit)
  }

  private static func kind(of status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFLNK: "a link"
    default: "of no known kind"
    }
  }

  private static func kindProblem(_ status: stat) -> Problem? {
    kind(of: status).map {
      Problem(description: "is \($0), not a file", code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : nil)
    }
  }

  private static func tooLong(_ bytes: Int, limit: Int) -> Problem {
    Problem(description: "has \(bytes) bytes, more than the \(limit) that are read of such a file")
  }

  private static func system(_ number: Int32) -> Problem {
    Problem(description: "cannot be read (\(String(cString: strerror(number))))", code: number)
  }
}

/// Reads a whole regular file of whatever size.
///
/// - Throws: ``FileError`` with the bare reason.
package func readFile(_ path: BytePath) throws(FileError) -> Data {
  do { return try RegularFile.read(path) } catch {
    throw error.code.map(FileError.init(code:)) ?? FileError("it \(error.description)")
  }
}
