import Canvas
import Testing

@Suite struct CanvasTests {
  @Test func writesAndCutsOffAtEveryEdge() {
    var canvas = Canvas(width: 5, height: 2)
    canvas.write("abc", x: -1, y: 0)
    let end = canvas.write("12345", x: 3, y: 1)
    canvas.write("gone", x: 0, y: 2)
    canvas.write("gone", x: 0, y: -1)
    #expect(canvas.textSnapshot() == "bc\n   12")
    #expect(end == 8)
  }

  @Test func wideCharacterTakesTwoCells() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("日x", x: 0, y: 0)
    #expect(canvas[0, 0].width == 2)
    #expect(canvas[1, 0] == Cell("", width: 0))
    #expect(canvas[2, 0].text == "x")
    #expect(canvas.textSnapshot() == "日x")
  }

  /// Whatever is written over one half, the other half goes too: widths of a row always add up to its columns.
  @Test func overwrittenHalfOfAWideCharacterIsBlanked() {
    for column in 0..<6 {
      for text in ["x", "日", "日本", "e\u{301}"] {
        var canvas = Canvas(width: 6, height: 1)
        canvas.write("日本語", x: 0, y: 0)
        canvas.write(text, x: column, y: 0)
        #expect(canvas.row(0).reduce(0) { $0 + Int($1.width) } == 6, "\(text) at \(column)")
        for x in 0..<6 where canvas[x, 0].width == 0 { #expect(canvas[x - 1, 0].width == 2) }
      }
    }
  }

  @Test func halfOfAWideCharacterAtTheEdgeIsABlank() {
    var canvas = Canvas(width: 3, height: 1)
    canvas.write("日本", x: 0, y: 0)
    #expect(canvas.textSnapshot() == "日")
    #expect(canvas[2, 0].width == 1)
    var left = Canvas(width: 3, height: 1)
    left.write("日x", x: -1, y: 0)
    #expect(left.textSnapshot() == " x")
  }

  @Test func combiningMarksStayWithTheirBase() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("e\u{301}o", x: 0, y: 0)
    #expect(canvas[0, 0].text == "e\u{301}")
    #expect(canvas[1, 0].text == "o")
    let zalgo = "e" + String(repeating: "\u{301}", count: 50) + "o"
    canvas.write(zalgo, x: 0, y: 0)
    #expect(canvas[0, 0].text.unicodeScalars.count == 5)
    #expect(canvas[1, 0].text == "o")
  }

  @Test func controlCharactersAreNeverStored() {
    var canvas = Canvas(width: 8, height: 1)
    canvas.write("a\u{1B}[2Jb\n\u{202E}c", x: 0, y: 0)
    #expect(canvas.textSnapshot() == "a[2Jbc")
  }

  @Test func regionsHaveCoordinatesOfTheirOwnAndCutOff() {
    var canvas = Canvas(width: 8, height: 3)
    canvas.within(Rect(x: 2, y: 1, width: 4, height: 5)) { pane in
      #expect(pane.columns == 4)
      pane.write("abcdefgh", x: -1, y: 0)
      pane.within(Rect(x: 1, y: 1, width: 9, height: 1)) { $0.write("12345", x: 0, y: 0) }
      pane.write("below", x: 0, y: 2)
    }
    canvas.write("z", x: 0, y: 0)
    #expect(canvas.textSnapshot() == "z\n  bcde\n   123")
  }

  @Test func boxWithTitleAndTrailingText() {
    var canvas = Canvas(width: 16, height: 3)
    canvas.box(canvas.bounds, title: [Span("loss")], trailing: [Span("-0.8")])
    #expect(canvas.textSnapshot() == "┌ loss ── -0.8 ┐\n│              │\n└──────────────┘")
    var narrow = Canvas(width: 10, height: 2)
    narrow.box(narrow.bounds, title: [Span("loss")], trailing: [Span("-0.8")], lines: .ascii)
    #expect(narrow.textSnapshot() == "+ loss --+\n+--------+")
  }

  @Test(arguments: [(0, 0), (1, 1), (2, 1), (1, 2), (-3, 4)])
  func tinyAndEmptyGridsSurviveEverything(width: Int, height: Int) {
    var canvas = Canvas(width: width, height: height)
    canvas.box(Rect(x: -1, y: -1, width: 4, height: 4), title: [Span("日本語")])
    canvas.fill(Rect(x: -5, y: -5, width: 20, height: 20), "x")
    canvas.write("日本語", x: 0, y: 0)
    canvas.reduceToASCII()
    #expect(canvas[100, 100] == .blank)
    #expect(canvas.row(99).isEmpty)
    #expect(canvas.cells.count == max(0, width) * max(0, height))
  }

  @Test func asciiOnly() {
    var canvas = Canvas(width: 6, height: 1)
    canvas.write("a日é⠿", x: 0, y: 0)
    canvas.reduceToASCII()
    #expect(canvas.textSnapshot() == "a????")
  }

  @Test func changesAreTheCellsThatDiffer() {
    var before = Canvas(width: 6, height: 2)
    before.write("ab漢d", x: 0, y: 0)
    var now = Canvas(width: 6, height: 2)
    now.write("ab漢d", x: 0, y: 0)
    #expect(now.changes(since: before, row: 0).isEmpty && now.changes(since: before, row: 1).isEmpty)
    now.write("x", x: 1, y: 0, .bad)
    now.write("d", x: 4, y: 0, .text, .bold)
    #expect(now.changes(since: before, row: 0) == [1, 4] && now.changes(since: before, row: 1).isEmpty)
    #expect(now.changes(since: Canvas(width: 5, height: 2), row: 0) == [0, 1, 2, 3, 4, 5])
  }
}
