import Foundation
import Sessions

/// Unix domain sockets by the path of their file, whatever its length: one that does not fit an address (108 bytes) is
/// reached by way of its folder's descriptor. Every call names what failed by an `errno`.
enum ControlSocket {
  /// A socket that listens at a path and that only this user can connect to. A file that is there already is taken
  /// away: it is one that a killed process left, as the caller holds the run.
  static func listen(at path: String) throws(SocketError) -> Int32 {
    let descriptor = try make()
    // Before it has a name: there is no moment in which others could connect.
    fchmod(descriptor, 0o600)
    unlink(path)
    try finish(descriptor) { () throws(SocketError) in
      try withAddress(path) { bind(descriptor, $0, $1) }
      chmod(path, 0o600)
      guard Glibc.listen(descriptor, 16) == 0 else { throw SocketError(number: errno) }
      setNonblocking(descriptor)
    }
    return descriptor
  }

  /// A socket that is connected to the one that listens at a path.
  static func connect(to path: String) throws(SocketError) -> Int32 {
    let descriptor = try make()
    try finish(descriptor) { () throws(SocketError) in
      try withAddress(path) { Glibc.connect(descriptor, $0, $1) }
    }
    return descriptor
  }

  static func setNonblocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// Process at the other end.
  static func peer(of descriptor: Int32) -> Int? {
    // `struct ucred`, which Glibc's module does not have: process, user, group.
    var credentials = (Int32(0), UInt32(0), UInt32(0))
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
    return Int(credentials.0)
  }

  private static func make() throws(SocketError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketError(number: errno) }
    return descriptor
  }

  /// Does the rest of a set-up; closes the socket where that fails.
  private static func finish(_ descriptor: Int32, _ body: () throws(SocketError) -> Void) throws(SocketError) {
    do {
      try body()
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SocketError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    var folder: Int32 = -1
    defer { if folder >= 0 { close(folder) } }
    var name = path
    if name.utf8.count >= capacity {
      let url = URL(fileURLWithPath: path)
      folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { throw SocketError(number: errno) }
      name = "/proc/self/fd/\(folder)/\(url.lastPathComponent)"
    }
    guard name.utf8.count < capacity else { throw SocketError(number: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    guard result == 0 else { throw SocketError(number: errno) }
  }
}

/// Why a socket could not be had.
struct SocketError: Error, CustomStringConvertible {
  let number: Int32

  /// Nobody listens: there is no such file, or the process that made it is gone.
  var isNobodyThere: Bool { number == ENOENT || number == ECONNREFUSED }

  var description: String { String(cString: strerror(number)) }
}
