import Canvas
import Testing

@Suite struct TextTests {
  @Test func factsAreWholeOrNotThere() {
    let facts = ["teach clip 12/2000", "", "0%", "ETA 2:03:04", "loss 3.1234"]
    #expect(wholeFacts(facts, columns: 80) == "teach clip 12/2000  0%  ETA 2:03:04  loss 3.1234")
    #expect(wholeFacts(facts, columns: 36) == "teach clip 12/2000  0%  ETA 2:03:04")
    #expect(wholeFacts(facts, columns: 35) == "teach clip 12/2000  0%  ETA 2:03:04")
    #expect(wholeFacts(facts, columns: 34) == "teach clip 12/2000  0%")
    #expect(wholeFacts(facts, columns: 5) == "teac\u{2026}")
  }

  @Test func longWordsAreBrokenWhereAsked() {
    #expect(wrapped("a /very/long/path b", 6, breaksWords: true) == ["a", "/very/", "long/p", "ath b"])
    #expect(wrapped("a unbreakable b", 6) == ["a", "unbreakable", "b"])
  }

  @Test(arguments: [
    ("plain", "plain"), ("a\u{1B}[31mb", "a[31mb"), ("a\nb\tc", "a b c"), ("\u{202E}evil\u{202C}", "evil"),
    ("zero\u{200B}\u{200D}\u{FEFF}width", "zerowidth"), ("heart\u{2764}\u{FE0F}", "heart\u{2764}"),
    ("e\u{301}\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}"), ("\u{301}x", "x"), ("\u{E000}p", "p"),
    ("\u{9B}31m", "31m"), ("日本", "日本"),
  ])
  func unsafeCharactersAreRemoved(text: String, expected: String) {
    #expect(sanitised(text).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test(arguments: [
    ("abc", 5, TextAlignment.left, "abc  "), ("abc", 5, .right, "  abc"), ("abc", 6, .center, " abc  "),
    ("abcdef", 4, .left, "abc…"), ("日本語", 4, .left, "日 …"), ("日本語", 5, .left, "日本…"), ("abc", 1, .left, "…"),
    ("abc", 0, .left, ""), ("abc", -2, .left, ""), ("", 2, .left, "  "),
  ])
  func fittedTakesExactlyItsWidth(text: String, width: Int, alignment: TextAlignment, expected: String) {
    let result = fitted(text, width, alignment: alignment)
    #expect(result == expected)
    #expect(displayWidth(result) == max(0, width))
  }

  @Test func rolesHaveDistinctThemeKeys() {
    #expect(Set(Role.allCases.map(\.rawValue)).count == Role.allCases.count)
    #expect(Role.allCases.allSatisfy { $0.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
  }

  @Test func rectangles() {
    let screen = Rect(x: 0, y: 0, width: 10, height: 4)
    #expect(screen.intersection(Rect(x: 8, y: 3, width: 5, height: 5)) == Rect(x: 8, y: 3, width: 2, height: 1))
    #expect(screen.intersection(Rect(x: 20, y: 0, width: 5, height: 5)).isEmpty)
    #expect(screen.centered(width: 4, height: 9) == Rect(x: 3, y: 0, width: 4, height: 4))
    #expect(screen.inset(columns: 6, rows: 1).isEmpty)
  }
}
