import Foundation

/// Why something failed, as part of a sentence: the system's own words (`no space left on device`) where it was the
/// system.
func systemReason(_ error: any Error) -> String {
  if let code = systemCode(error) { return systemReason(code) }
  let text = String(describing: error)
  return text.hasSuffix(".") ? String(text.dropLast()) : text
}

func systemReason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

/// The POSIX number behind an error, also where Foundation wrapped it.
func systemCode(_ error: any Error) -> Int32? {
  if let error = error as? POSIXError { return error.code.rawValue }
  let error = error as NSError
  if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
  if let inner = error.userInfo[NSUnderlyingErrorKey] as? any Error { return systemCode(inner) }
  return nil
}
