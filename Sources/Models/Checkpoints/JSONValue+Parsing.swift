import Files
import Foundation

/// Where and why a text is no JSON.
struct JSONProblem: Error, CustomStringConvertible {
  let description: String
}

extension JSONValue {
  /// Reads a whole document.
  /// - Throws: `JSONProblem` saying what stands at which byte.
  static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
    var parser = JSONParser(bytes: Array(bytes))
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.isAtEnd else { throw parser.problem("something follows the document") }
    return value
  }

  /// Bytes of the longest JSON file that is read: a large vocabulary has 10 MB.
  private static let longestFile = 64 << 20

  /// Reads a JSON file.
  package static func read(_ url: URL) throws -> JSONValue {
    let data: Data
    do { data = try RegularFile.read(url.path, limit: longestFile) } catch {
      throw CheckpointError.file(url.path, "\(error), check that it is a file that may be read")
    }
    do { return try parse(data) } catch let problem as JSONProblem {
      throw CheckpointError.file(url.path, "is not valid JSON (\(problem)), fetch or write it again")
    }
  }
}

/// Recursive descent over bytes (RFC 8259). Depth is bounded, so no file can exhaust the stack.
private struct JSONParser {
  static let deepest = 64

  let bytes: [UInt8]
  var position = 0

  var isAtEnd: Bool { position >= bytes.count }
  private var current: UInt8? { isAtEnd ? nil : bytes[position] }

  func problem(_ what: String) -> JSONProblem { JSONProblem(description: "\(what) at byte \(position)") }

  mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.deepest else { throw problem("nesting deeper than \(Self.deepest)") }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("the text ends early")
    default: return try number()
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var seen: Set<String> = []
    if take(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw problem("a member's name is missing") }
      let name = try string()
      guard seen.insert(name).inserted else { throw problem("the name \"\(name)\" comes twice") }
      guard take(UInt8(ascii: ":")) else { throw problem("a colon is missing") }
      members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw problem("an object is not closed") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array([]) }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw problem("an array is not closed") }
    return .array(values)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw problem("an unknown word") }
    position += word.utf8.count
    return value
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    let allowed: (UInt8) -> Bool = { ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) }
    while let byte = current, allowed(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), let value = Double(text), value.isFinite else {
      position = start
      throw problem("neither a value nor a finite number")
    }
    return .number(value: value, integer: Int(text))
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw problem("text that is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw problem("a control character inside a text")
      default: text.append(byte)
      }
    }
    throw problem("a text is not closed")
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    guard let byte = current else { throw problem("a text is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += Array(String(try unicodeEscape()).utf8)
    default: throw problem("an unknown escape")
    }
  }

  /// What follows `\u`; a high surrogate takes the low one after it along.
  private mutating func unicodeEscape() throws -> Unicode.Scalar {
    let unit = try hexadecimal()
    if (0xD800..<0xDC00).contains(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw problem("half a surrogate pair") }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }
    guard let scalar = Unicode.Scalar(unit) else { throw problem("half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= bytes.count,
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw problem("an escape without four hexadecimal digits") }
    position += 4
    return value
  }
}
