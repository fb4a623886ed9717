import Foundation

/// What a server says before the bytes of a file.
package struct ResponseHead: Equatable {
  package var status: Int
  /// The words behind the status; HTTP/2 has none.
  package var reason: String
  /// By names in small letters; of those that come twice the last.
  package var fields: [String: String] = [:]

  /// Whether another answer follows this one: a promise to go on, or an address that is followed.
  package var isPassing: Bool {
    (100..<200).contains(status) || [301, 302, 303, 307, 308].contains(status) && fields["location"] != nil
  }

  /// Bytes of the answer; nil where the server does not say.
  package var length: Int? { fields["content-length"].flatMap { Self.size($0) } }

  /// Of a part of a file: its first byte and the size of the whole, as far as they are told.
  package var range: (start: Int?, whole: Int?) {
    // `bytes 100-199/200`, `bytes */200`
    let parts = (fields["content-range"] ?? "").split(separator: "/")
    let start = parts.first?.split(separator: " ").last?.split(separator: "-").first.flatMap { Self.size($0) }
    return (start, parts.count > 1 ? Self.size(parts[1]) : nil)
  }

  /// A number of bytes that a file may have; nil for anything else that a server says.
  private static func size(_ text: some StringProtocol) -> Int? {
    Int(text).flatMap { (0...mostBytes).contains($0) ? $0 : nil }
  }

  private static let mostBytes = 1 << 50

  /// What tells this state of the file from a later one: a tag that holds for every byte, or the time of its last
  /// change.
  package var validator: String? {
    if let tag = fields["etag"], tag.hasPrefix("\"") { return tag }
    return fields["last-modified"]
  }

  package var isPage: Bool {
    let type = (fields["content-type"] ?? "").lowercased()
    return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
  }

  /// Takes the first head off bytes.
  /// - Returns: nil where it has not come whole.
  /// - Throws: ``BackendError`` where there is none.
  package static func take(from bytes: inout Data) throws -> ResponseHead? {
    let mark = Data("\r\n\r\n".utf8)
    guard let end = bytes.range(of: mark) else {
      guard bytes.count < 1 << 16 else { throw BackendError("what comes is no answer of HTTP") }
      return nil
    }
    let text = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    bytes = Data(bytes[end.upperBound...])
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    let words = (lines.popFirst() ?? "").split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
      throw BackendError("what comes is no answer of HTTP")
    }
    var head = ResponseHead(status: status, reason: words.count > 2 ? String(words[2]) : "")
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      head.fields[line[..<colon].lowercased()] = value
    }
    return head
  }
}
