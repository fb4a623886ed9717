import Foundation
import Models
import Testing

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws -> JSONValue {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("x.json")
      try Data(text.utf8).write(to: url)
      return try JSONValue.read(url)
    }
  }

  @Test func readsEveryKindOfValue() throws {
    let value = try parse(
      " {\"a\": [1, -2.5e-3, true, false, null], \"b\": {\"c\": \"x\\n\\u00e9\\ud83d\\ude42\\/\"}} ")
    #expect(value["a"]?.array?.first?.integer == 1)
    #expect(value["a"]?.array?[1].double == -2.5e-3 && value["a"]?.array?[1].integer == nil)
    #expect(value["a"]?.array?[2].bool == true && value["a"]?.array?[4] == .null)
    #expect(value["b"]?["c"]?.string == "x\né🙂/")
    #expect(value["absent"] == nil && value["a"]?["x"] == nil && value["b"]?.integer == nil)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "tru", "01x", "+1", "1e999", "\"\\q\"", "\"\\ud800x\"",
    "\"\\u12\"",
    "\"open", "[1] 2", "{\"a\":1,\"a\":2}", "nan", "\"\u{1}\"",
  ])
  func refusesWhatIsNoJSON(_ text: String) {
    let error = #expect(throws: CheckpointError.self) { try parse(text) }
    #expect(error?.description.contains("x.json") == true)
  }
}
