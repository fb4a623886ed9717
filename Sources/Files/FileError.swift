import Foundation

/// Why a file cannot be read or written: a bare reason, as the system words it, that goes into somebody's sentence.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// The system's number of it (`ENOSPC`); 0 if the reason is not the system's.
  package let code: Int32
  package let description: String

  package init(_ description: String) {
    code = 0
    self.description = description
  }

  /// - Parameter code: an `errno`.
  package init(code: Int32) {
    self.code = code
    description = String(cString: strerror(code))
  }

  /// The error of the system call that has just failed.
  static var last: FileError { FileError(code: errno) }
}

/// Who does not know this type finds the system's number where Foundation puts it.
extension FileError: CustomNSError {
  package var errorUserInfo: [String: Any] {
    code == 0 ? [:] : [NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int(code))]
  }
}
