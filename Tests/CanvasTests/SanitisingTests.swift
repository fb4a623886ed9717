import Canvas
import Foundation
import Testing

/// Nothing that a terminal might obey is left of a text, whatever stands in it.
@Suite struct SanitisingTests {
  /// C0 but for the line feed, DEL, C1, and what turns the order of writing.
  private static let dangerous: [Unicode.Scalar] =
    ((0x00...0x1F).filter { $0 != 0x0A } + [0x7F] + (0x80...0x9F) + [0x61C, 0x200E, 0x200F] + (0x202A...0x202E)
    + (0x2066...0x2069)).compactMap { Unicode.Scalar(UInt32($0)) }

  @Test func noneIsLeftInLines() {
    for scalar in Self.dangerous {
      let text = "a" + String(scalar) + "[31m\nb"
      for result in [sanitisedLines(text), sanitised(text)] {
        #expect(!result.unicodeScalars.contains(scalar), "\(scalar.value)")
      }
      #expect(sanitisedLines(text).split(separator: "\n").count == 2)
    }
    #expect(sanitisedLines("plain\ntext \u{E4}\u{597D}\n") == "plain\ntext \u{E4}\u{597D}\n")
  }

  @Test func jsonStaysTheSameJSON() throws {
    for scalar in Self.dangerous {
      let value = ["key": "a" + String(scalar) + "b"]
      let json = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
      let escaped = escapedJSON(json)
      #expect(!escaped.unicodeScalars.contains(scalar), "\(scalar.value)")
      #expect(try JSONDecoder().decode([String: String].self, from: Data(escaped.utf8)) == value)
    }
    // Beyond the first plane, two numbers stand for one sign.
    let tag = try JSONEncoder().encode(["k": "x\u{E0041}y"])
    let escaped = escapedJSON(String(decoding: tag, as: UTF8.self))
    #expect(escaped.contains("\\udb40\\udc41"))
    #expect(try JSONDecoder().decode([String: String].self, from: Data(escaped.utf8)) == ["k": "x\u{E0041}y"])
    #expect(escapedJSON(#"{"a":1}"#) == #"{"a":1}"#)
  }
}
