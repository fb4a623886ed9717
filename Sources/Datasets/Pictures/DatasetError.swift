import Foundation

/// Why data cannot be had, as one sentence that says what, where and what to do.
package struct DatasetError: Error, CustomStringConvertible, Equatable, Sendable {
  package let description: String
  /// The system's error number, where it was the system that did not give the data.
  package let systemCode: Int32?

  package init(_ description: String) { self.init(description, systemCode: nil) }

  init(_ description: String, systemCode: Int32?) {
    self.description = description
    self.systemCode = systemCode
  }

  /// Two errors are equal that say the same.
  package static func == (left: DatasetError, right: DatasetError) -> Bool { left.description == right.description }
}

/// Who does not know this type finds the number where Foundation puts it.
extension DatasetError: CustomNSError {
  package var errorUserInfo: [String: Any] {
    systemCode.map { [NSUnderlyingErrorKey: NSError(domain: NSPOSIXErrorDomain, code: Int($0))] } ?? [:]
  }
}
