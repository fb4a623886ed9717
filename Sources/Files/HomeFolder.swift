import Foundation

/// A path as a person writes it, with a home folder in place of `~` or `~name` at its beginning; any other path as it
/// is.
///
/// `~` is `$HOME`, as shells have it, and the folder that the system knows for the user where that is not set.
/// - Throws: ``FileError``, a whole sentence, where no such user is known.
package func expandingHome(
  _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
) throws -> String {
  guard path.hasPrefix("~") else { return path }
  let name = String(path.dropFirst().prefix { $0 != "/" })
  let rest = path.dropFirst(1 + name.count)
  let home: String?
  if name.isEmpty {
    home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? folder(getpwuid(getuid()))
  } else {
    home = folder(getpwnam(name))
  }
  guard let home else {
    let whose =
      name.isEmpty ? "this user's home is not known: set HOME" : "there is no user \(name), whose home ~\(name) is"
    throw FileError("\(path) cannot be found, since \(whose); a file of that name is written ./\(path).")
  }
  return home + rest
}

private func folder(_ entry: UnsafeMutablePointer<passwd>?) -> String? {
  guard let entry, let folder = entry.pointee.pw_dir else { return nil }
  return String(cString: folder)
}
