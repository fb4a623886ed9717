import Files
import Foundation

/// A file that is not whole yet: `NAME.part`, and beside it `NAME.part.from` with the address and the state that its
/// bytes are of.
final class PartFile {
  let path: String
  /// Bytes that are there and are of the same address.
  let kept: Int
  /// What the server called the state that they are of; nil for none.
  let validator: String?

  private let address: String
  private var descriptor: Int32
  private var note: String { path + ".from" }

  /// - Parameter file: what it will be.
  /// - Throws: ``BackendError``, one sentence.
  init(for file: String, address: String) throws {
    path = file + ".part"
    self.address = address
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw BackendError(
        "\(path) cannot be written (\(FileError(code: errno))): check that its folder is there, writable, and has room."
      )
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw BackendError("\(path) is being fetched by another `mvp weights pull`: wait for that one, or end it.")
    }
    var status = stat()
    let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    let lines = (try? RegularFile.read(path + ".from", limit: 1 << 16)).map {
      String(decoding: $0, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let isSame = lines?.first == address
    kept = isSame ? size : 0
    validator = isSame ? lines?.dropFirst().first.flatMap { $0.isEmpty ? nil : $0 } : nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Bytes that its disk has room for; nil where that is not known.
  var room: Int? {
    var status = statvfs()
    return fstatvfs(descriptor, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : nil
  }

  /// Goes on behind so many bytes; what is there beyond them goes.
  /// - Throws: `FileError` with the reason.
  func begin(at offset: Int, validator: String?) throws {
    // First the note is wrong, then the bytes are new, and only then is it right.
    if offset == 0 { unlink(note) }
    guard ftruncate(descriptor, off_t(offset)) == 0, lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
      throw FileError(code: errno)
    }
    try writeFile(Data("\(address)\n\(validator ?? "")\n".utf8), to: note)
  }

  func append(_ bytes: Data) throws {
    if let error = writeAll(bytes, to: descriptor) { throw error }
  }

  /// Gives the file its name.
  func take(as file: String) throws {
    guard fsync(descriptor) == 0, rename(path, file) == 0 else { throw FileError(code: errno) }
    unlink(note)
  }

  func remove() {
    unlink(path)
    unlink(note)
  }
}
