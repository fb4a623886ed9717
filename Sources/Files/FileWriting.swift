import Foundation

/// Writes a file whole or not at all: aside, then renamed, so that whoever opens it sees the old file or the whole new
/// one.
///
/// A link stays a link: what it leads to is written. A device, a pipe, or a descriptor (`/dev/stdout`) has nothing that
/// could be renamed: bytes go straight into it.
package final class FileWriting {
  /// Where bytes go.
  private enum Place {
    /// A file, or nothing yet, with the rights that it has.
    case file(path: String, rights: mode_t?)
    case device(path: String)
    /// One that is open already.
    case descriptor(Int32)
  }

  private let place: Place
  private let aside: String?
  private let isDurable: Bool
  private var descriptor: Int32 = -1

  /// - Parameter isDurable: whether ``commit()`` waits until the bytes are on the disk.
  /// - Throws: ``FileError`` with the reason.
  package init(to path: String, isDurable: Bool = false) throws {
    self.isDurable = isDurable
    place = try FileWriting.place(of: path)
    switch place {
    case .file(let path, let rights):
      let aside = FileWriting.aside(path)
      self.aside = aside
      descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      if descriptor >= 0, let rights { fchmod(descriptor, rights) }
    case .device(let path):
      aside = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    case .descriptor(let number):
      aside = nil
      descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
    }
    guard descriptor >= 0 else { throw FileError.last }
  }

  deinit { abandon() }

  package func write(_ data: Data) throws {
    if let error = writeAll(data, to: descriptor) { throw error }
  }

  /// Ends the writing; from now on the file is there.
  package func commit() throws {
    guard descriptor >= 0 else { return }
    // A pipe knows no disk.
    if isDurable, fsync(descriptor) != 0, ![EINVAL, ENOTSUP, EROFS].contains(errno) { throw FileError.last }
    let isClosed = close(descriptor) == 0
    let error = FileError.last
    descriptor = -1
    if case .file(let path, _) = place, let aside {
      guard isClosed, rename(aside, path) == 0 else {
        let reason = isClosed ? FileError.last : error
        unlink(aside)
        throw reason
      }
    } else if !isClosed {
      throw error
    }
  }

  /// Ends it without a file. What a device took stays there.
  package func abandon() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    if let aside { unlink(aside) }
  }

  /// The file that would be written for a path, at the end of links, whether or not it is there yet; nil where bytes go
  /// straight into a device, a pipe or a descriptor.
  /// - Throws: ``FileError`` with the reason.
  package static func file(at path: String) throws -> String? {
    guard case .file(let end, _) = try place(of: path) else { return nil }
    return end
  }

  private static let mostLinks = 40
  private static let longestName = 255

  /// `.NAME.partial` beside it, cut where names may not be that long.
  private static func aside(_ path: String) -> String {
    let (folder, name) = split(path)
    let ending = ".partial"
    var kept = Substring(name)
    while kept.utf8.count + ending.utf8.count + 1 > longestName { kept = kept.dropLast() }
    return folder + "." + kept + ending
  }

  /// Follows links to what is to be written.
  private static func place(of start: String) throws -> Place {
    var path = start
    for _ in 0..<mostLinks {
      if let number = openDescriptor(path) { return .descriptor(number) }
      var status = stat()
      guard lstat(path, &status) == 0 else {
        guard errno == ENOENT else { throw FileError.last }
        return .file(path: path, rights: nil)
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return .file(path: path, rights: status.st_mode & 0o7777)
      case S_IFDIR: throw FileError(code: EISDIR)
      case S_IFLNK:
        let end = try linkEnd(path)
        path = end.hasPrefix("/") ? end : split(path).folder + end
      default: return .device(path: path)
      }
    }
    throw FileError(code: ELOOP)
  }

  /// 1 for `/dev/fd/1`, `/proc/self/fd/1`: to open it anew would write from its beginning, or not be possible at all.
  private static func openDescriptor(_ path: String) -> Int32? {
    for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
      return Int32(path.dropFirst(prefix.count))
    }
    return nil
  }

  private static func linkEnd(_ path: String) throws -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count > 0 else { throw FileError.last }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What stands before the last name, its `/` included, and that name.
  private static func split(_ path: String) -> (folder: String, name: String) {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    return (String(path[..<slash]), String(path[slash...]))
  }
}

/// Writes a whole file as ``FileWriting`` does.
package func writeFile(_ data: Data, to path: String, isDurable: Bool = false) throws {
  let writing = try FileWriting(to: path, isDurable: isDurable)
  try writing.write(data)
  try writing.commit()
}
