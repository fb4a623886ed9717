import Files
import Testing

@Suite struct DelimitedTextTests {
  private func rows(_ text: String, delimiter: UInt8? = nil) -> [[String]] {
    var reading = DelimitedText(Array(text.utf8), delimiter: delimiter)
    var rows: [[String]] = []
    while let row = reading.next() { rows.append(row.map { String(decoding: $0, as: UTF8.self) }) }
    return rows
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func linesEndAsOnAnySystem(end: String) {
    let text = ["a,b", "", "1,\"x, \"\"y\"\"\"", ",", "last,"].joined(separator: end)
    let expected = [["a", "b"], ["1", "x, \"y\""], ["", ""], ["last", ""]]
    #expect(rows(text) == expected)
    #expect(rows("\u{FEFF}" + text + end) == expected)
  }

  @Test func quotesHoldEndsOfLinesAndWhatStandsBehindThem() {
    #expect(rows("a,\"two\r\nlines\",\"x\"y\n1,2\"3,\"\"") == [["a", "two\r\nlines", "xy"], ["1", "2\"3", ""]])
    #expect(rows("a,\"never ends\n1,2") == [["a", "never ends\n1,2"]])
  }

  @Test func linesAreCountedInTheFile() {
    var reading = DelimitedText(Array("a,b\r\n\r\n\"1\r\n2\r3\",x\rlast,y".utf8))
    var lines: [Int] = []
    while reading.next() != nil { lines.append(reading.line) }
    #expect(lines == [1, 3, 6])
  }

  @Test func theDelimiterIsThatOfTheFirstLine() {
    #expect(rows("a;b\n1,5;2") == [["a", "b"], ["1,5", "2"]])
    #expect(rows("\"a,b,c\"\td\n1\t2") == [["a,b,c", "d"], ["1", "2"]])
    #expect(rows("word\n1,2") == [["word"], ["1", "2"]])
    #expect(rows("a,b\tc", delimiter: 9) == [["a,b", "c"]])
  }

  @Test func fieldsAreBytes() {
    var reading = DelimitedText([0x63, 0xE9, 0x2C, 0x78])
    #expect(reading.next() == [[0x63, 0xE9], [0x78]])
    #expect(reading.next() == nil)
    var empty = DelimitedText([])
    #expect(empty.next() == nil && rows("\n\r\n\r") == [])
  }

  @Test func encodingsAreTold() {
    #expect(TextEncoding(Array("a,é\n".utf8)) == .utf8 && TextEncoding([]) == .utf8)
    #expect(TextEncoding([0x61, 0x0A, 0x63, 0xE9, 0x0A]) == .singleBytes(line: 2))
    #expect(TextEncoding([0xFF, 0xFE, 0x61, 0]) == .wide && TextEncoding([0x61, 0, 0x62, 0]) == .wide)
    #expect(TextEncoding([0, 0x61, 0, 0x62]) == .wide && TextEncoding([0x80, 2, 0x7D]) == .binary)
    #expect(TextEncoding([0x61, 0, 0, 0]) == .binary)
  }
}
