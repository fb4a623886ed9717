import Foundation
import GRDB

/// Something outside the program is in the way and may pass by itself: a full disk, a folder or a file system that is
/// away, too many open files, a store that another process holds. It never ends a run that has unsaved state.
package struct EnvironmentFault: Error, Equatable, CustomStringConvertible {
  /// What was tried and what was in the way: a sentence without its full stop.
  package let description: String

  package init(_ description: String) { self.description = description }

  /// nil if the error is of another kind: the command, or the program itself, is wrong.
  package init?(_ error: any Error) {
    if let fault = error as? EnvironmentFault {
      self = fault
      return
    }
    let passes =
      switch error {
      case let error as DatabaseError: EnvironmentFault.storeCodes.contains(error.resultCode)
      case let error as RunStoreError: error.mayPass
      default: systemCode(error).map(EnvironmentFault.systemCodes.contains) ?? false
      }
    guard passes else { return nil }
    // What to do about it stands behind the first semicolon, or is said by whoever waits.
    var text = String("\(error)".prefix { $0 != ";" })
    if text.hasSuffix(".") { text.removeLast() }
    let reason = systemCode(error).map(systemReason)
    description = reason.map { text.contains($0) ? text : "\(text) (\($0))" } ?? text
  }

  static let systemCodes: Set<Int32> = [
    // No room, or no more of something.
    ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM, ENOBUFS, EAGAIN, ENOLCK,
    // A disk, or what stands in for one.
    EIO, EROFS, ENODEV, ENXIO, EBUSY, ETXTBSY,
    // A folder or a file system that is away.
    ENOENT, ENOTDIR, ESTALE, EACCES, EPERM, ENOTCONN, ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH,
    ECONNREFUSED,
    ECONNRESET, ECONNABORTED, EREMOTEIO, ENOLINK, ECOMM, EPROTO, ECANCELED, EINTR,
  ]

  static let storeCodes: [ResultCode] = [
    .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_NOMEM,
    .SQLITE_PERM, .SQLITE_PROTOCOL, .SQLITE_NOLFS,
  ]
}
