import Foundation

/// A line between a relay and a workbench on another machine: an event or a command, which begin with a brace, or one
/// of the link itself, which begins with ``mark``.
package enum RelayLine {
  package static let mark: Character = ">"

  package static func line(_ message: some Encodable) throws -> String {
    String(mark) + String(decoding: try runJSONEncoder().encode(message), as: UTF8.self)
  }

  /// nil where the line is an event or a command.
  package static func message<Message: Decodable>(_ type: Message.Type, in line: String) throws -> Message? {
    guard line.first == mark else { return nil }
    return try runJSONDecoder().decode(type, from: Data(line.dropFirst().utf8))
  }

  /// UTF-8 in parts of at most so many bytes, none of which ends within a character.
  package static func parts(of text: Data, bytes: Int) -> [String] {
    var parts: [String] = []
    var start = text.startIndex
    while start < text.endIndex {
      var end = min(start + max(bytes, 4), text.endIndex)
      while end < text.endIndex, text[end] & 0xC0 == 0x80 { end -= 1 }
      parts.append(String(decoding: text[start..<end], as: UTF8.self))
      start = end
    }
    return parts
  }
}
