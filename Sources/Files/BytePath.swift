import Foundation

/// A path by its bytes: names of files need not be UTF-8.
package struct BytePath: Hashable, Sendable {
  package var bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  package init(_ path: String) { bytes = Array(path.utf8) }

  /// The path as it is where it is UTF-8; else its other bytes as `\xE9`.
  package var text: String { BytePath.text(bytes) }

  static func text(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    // What is UTF-8 stays readable.
    var text = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = (1...min(4, rest.count)).first { String(validating: rest.prefix($0), as: UTF8.self) != nil }
      if let length, let character = String(validating: rest.prefix(length), as: UTF8.self) {
        text += character
        rest = rest.dropFirst(length)
      } else {
        let digits = String(rest[rest.startIndex], radix: 16, uppercase: true)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// Whether a `String` can hold it.
  package var isText: Bool { String(validating: bytes, as: UTF8.self) != nil }

  /// What stands before the last `/`; `.` if there is none.
  package var folder: BytePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return BytePath(".") }
    return BytePath(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<slash]))
  }

  package func appending(_ name: some Sequence<UInt8>) -> BytePath {
    BytePath(bytes: bytes + (bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name)
  }

  package func appending(_ name: String) -> BytePath { appending(name.utf8) }

  /// The path for a system call.
  package func withCPath<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return try "".withCString(body) }
      return try body(start)
    }
  }

  /// Folder and file of a link's end; nil if there is nothing.
  package var status: stat? {
    var status = stat()
    return withCPath { stat($0, &status) } == 0 ? status : nil
  }
}
