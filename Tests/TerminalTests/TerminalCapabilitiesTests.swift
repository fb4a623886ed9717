import Canvas
import Terminal
import Testing

@Suite struct TerminalCapabilitiesTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var environment: [String: String]
    var colors: Int
    var choice: ColorChoice = .auto
    var expected: ColorLevel
    var testDescription: String { "\(environment) \(colors) \(choice) -> \(expected)" }
  }

  static let ladder: [Case] = [
    Case(environment: ["TERM": "xterm-256color"], colors: 256, expected: .palette256),
    Case(environment: ["TERM": "xterm-direct"], colors: 1 << 24, expected: .truecolor),
    Case(environment: ["TERM": "xterm-16color"], colors: 16, expected: .sixteen),
    Case(environment: ["TERM": "xterm-88color"], colors: 88, expected: .sixteen),
    Case(environment: ["TERM": "linux"], colors: 8, expected: .eight),
    Case(environment: ["TERM": "vt100"], colors: 0, expected: .mono),
    Case(environment: ["NO_COLOR": "1"], colors: 256, expected: .mono),
    Case(environment: ["NO_COLOR": "0"], colors: 256, expected: .mono),
    // no-color.org: only when present and not an empty string.
    Case(environment: ["NO_COLOR": ""], colors: 256, expected: .palette256),
    // The flag goes before the variable, but cannot give what the terminal lacks.
    Case(environment: ["NO_COLOR": "1"], colors: 256, choice: .palette256, expected: .palette256),
    Case(environment: [:], colors: 8, choice: .palette256, expected: .eight),
    Case(environment: [:], colors: 256, choice: .eight, expected: .eight),
    Case(environment: [:], colors: 256, choice: .never, expected: .mono),
    Case(environment: [:], colors: 0, choice: .truecolor, expected: .mono),
  ]

  @Test(arguments: ladder) func colorLadder(_ item: Case) {
    let found = TerminalCapabilities.detect(
      environment: item.environment, codeset: "UTF-8", colors: item.colors, colorChoice: item.choice)
    #expect(found.color == item.expected)
  }

  @Test func glyphsFollowTheLocaleAndOnlyDownwardsThePerson() {
    func glyphs(_ codeset: String, _ choice: GlyphLevel?, term: String = "xterm") -> GlyphLevel {
      TerminalCapabilities.detect(
        environment: ["TERM": term], codeset: codeset, colors: 8, glyphChoice: choice
      ).glyphs
    }
    #expect(glyphs("UTF-8", nil) == .braille)
    #expect(glyphs("utf8", nil) == .braille)
    #expect(glyphs("UTF-8", nil, term: "linux") == .block)
    #expect(glyphs("UTF-8", .braille, term: "linux") == .braille)
    #expect(glyphs("UTF-8", .block) == .block)
    #expect(glyphs("UTF-8", .ascii) == .ascii)
    #expect(glyphs("ANSI_X3.4-1968", nil) == .ascii)
    #expect(glyphs("ANSI_X3.4-1968", .braille) == .ascii)
    #expect(glyphs("ISO-8859-1", .block) == .ascii)
    #expect(!TerminalCapabilities.detect(environment: [:], codeset: "ISO-8859-1", colors: 8).unicode)
  }

  @Test func truecolorIsPromisedByTheEnvironment() {
    #expect(TerminalCapabilities.promisesTruecolor(["COLORTERM": "truecolor"]))
    #expect(TerminalCapabilities.promisesTruecolor(["COLORTERM": "24bit"]))
    #expect(TerminalCapabilities.promisesTruecolor(["TERM": "xterm-direct"]))
    #expect(!TerminalCapabilities.promisesTruecolor(["COLORTERM": "1", "TERM": "xterm-256color"]))
    #expect(!TerminalCapabilities.promisesTruecolor([:]))
    #expect(!TerminalCapabilities.promisesTruecolor(["COLORTERM": "truecolor", "TERM": "screen-256color"]))
    #expect(
      TerminalCapabilities.promisesTruecolor(["COLORTERM": "truecolor", "TERM": "screen-256color", "TMUX": "/t,1,0"]))
  }
}
