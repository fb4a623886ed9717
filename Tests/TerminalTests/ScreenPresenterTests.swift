import Canvas
import Terminal
import Testing

/// A screen that keeps what was put on it.
private final class FakeDevice: ScreenDevice {
  var columns = 20
  var rows = 4
  var colors = 256
  var pairs = 65536
  var unknownWidths: Set<Unicode.Scalar> = []
  var text: [[Character]]
  var puts: [(row: Int, column: Int, text: String, attributes: Int32, pair: Int)] = []
  var defined: [Int: (Int, Int)] = [:]
  var erased = 0
  var refreshed = 0
  var movesLines = false
  var pictures: [String] = []

  init() {
    text = Array(repeating: Array(repeating: " ", count: 20), count: 4)
  }

  func width(of scalar: Unicode.Scalar) -> Int { unknownWidths.contains(scalar) ? 1 : displayWidth(scalar) }
  func definePair(_ number: Int, foreground: Int, background: Int) { defined[number] = (foreground, background) }
  func put(_ scalars: [UInt32], row: Int, column: Int, attributes: Int32, pair: Int) {
    let string = String(String.UnicodeScalarView(scalars.compactMap(Unicode.Scalar.init)))
    puts.append((row, column, string, attributes, pair))
    var x = column
    for character in string {
      text[row][x] = character
      x += displayWidth(String(character))
    }
  }
  func erase() {
    erased += 1
    text = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }
  func redraw() {}
  func refresh() -> Bool {
    refreshed += 1
    return movesLines
  }
  func sendPictures(_ bytes: [UInt8]) { pictures.append(String(decoding: bytes, as: UTF8.self)) }
}

@Suite struct ScreenPresenterTests {
  private let device = FakeDevice()

  private func presenter(_ color: ColorLevel = .palette256, unicode: Bool = true, yaml: String = "{}") throws
    -> ScreenPresenter
  {
    let theme = try Theme(yaml: yaml, file: "t") { _ in try ThemeLibrary(folders: []).theme(named: "default") }
    return ScreenPresenter(
      theme: theme, capabilities: TerminalCapabilities(color: color, glyphs: .braille, unicode: unicode),
      device: device)
  }

  /// The blanks that fill a field are no part of what stands in it.
  @Test func paddingIsNotUnderlined() throws {
    var presenter = try presenter(yaml: "roles: { accent: { attr: underline } }")
    presenter.present(canvas { $0.write(fitted("ab", 6) + "c", x: 0, y: 0, .accent) }, on: device)
    let underline = device.puts.first { $0.text.contains("ab") }?.attributes
    #expect(underline != 0)
    let padding = try #require(device.puts.first { $0.row == 0 && $0.text.hasPrefix(" ") })
    #expect(padding.attributes == 0, "\(device.puts)")
    #expect(device.puts.first { $0.row == 0 && $0.text.hasPrefix("c") }?.attributes == underline)
  }

  private func canvas(_ draw: (inout Canvas) -> Void) -> Canvas {
    var canvas = Canvas(width: 20, height: 4)
    draw(&canvas)
    return canvas
  }

  private func pictured(_ rect: Rect = Rect(x: 1, y: 1, width: 4, height: 2)) throws -> Canvas {
    let picture = try #require(Picture(width: 1, height: 1, rgb: [255, 0, 0]))
    return canvas {
      $0.fill($0.bounds, "x")
      $0.lay(picture, over: rect)
    }
  }

  @Test func picturesLieOverBlankCells() throws {
    var presenter = try presenter()
    presenter.present(try pictured(), on: device)
    #expect(device.text[1].prefix(6) == ["x", " ", " ", " ", " ", "x"])
    #expect(device.pictures.count == 1 && device.pictures[0].contains("a=p"))
    presenter.present(try pictured(), on: device)
    #expect(device.pictures.count == 1, "an unchanged frame sends nothing")
    presenter.present(canvas { $0.fill($0.bounds, "x") }, on: device)
    #expect(device.text[1].prefix(6) == ["x", "x", "x", "x", "x", "x"])
    #expect(device.pictures.count == 2 && device.pictures[1].contains("d=I"))
  }

  @Test func whatScrollsOrRepaintsTakesPicturesWithIt() throws {
    var presenter = try presenter()
    presenter.present(try pictured(), on: device)
    device.movesLines = true
    presenter.present(try pictured(), on: device)
    #expect(device.pictures.count == 2 && device.pictures[1].contains("a=t"))
    device.movesLines = false
    presenter.invalidate()
    presenter.present(try pictured(), on: device)
    #expect(device.pictures.count == 3 && device.pictures[2].contains("a=t"))
  }

  @Test func withoutColoursOrRoomThereAreCells() throws {
    for level in [ColorLevel.mono, .palette256] {
      var presenter = try presenter(level, yaml: level == .mono ? "{}" : "color: false")
      presenter.present(try pictured(), on: device)
    }
    // The screen has become smaller since the canvas was drawn.
    device.rows = 2
    var presenter = try presenter()
    presenter.present(try pictured(), on: device)
    #expect(device.pictures.isEmpty && device.text[1][1] == "x")
  }

  @Test func onlyWhatChangedIsPutAndNothingIsErased() throws {
    var presenter = try presenter()
    presenter.present(canvas { $0.write("loss -0.812", x: 2, y: 1) }, on: device)
    #expect(device.erased == 1)
    device.puts = []
    presenter.present(canvas { $0.write("loss -0.823", x: 2, y: 1) }, on: device)
    #expect(device.erased == 1)
    #expect(device.puts.map(\.text) == ["23"])
    #expect(device.puts.first?.column == 11)
    #expect(String(device.text[1]).hasPrefix("  loss -0.823"))
    device.puts = []
    presenter.present(canvas { $0.write("loss -0.823", x: 2, y: 1) }, on: device)
    #expect(device.puts.isEmpty)
    #expect(device.refreshed == 3)
  }

  @Test func whatDisappearsIsBlanked() throws {
    var presenter = try presenter()
    presenter.present(canvas { $0.write("abcdef", x: 0, y: 0) }, on: device)
    presenter.present(canvas { $0.write("ab", x: 0, y: 0) }, on: device)
    #expect(String(device.text[0]).hasPrefix("ab      "))
  }

  @Test func runsBreakWhereStylesDo() throws {
    var presenter = try presenter()
    presenter.present(
      canvas {
        $0.write("CLIP", x: 0, y: 0, .clip)
        $0.write("DINO", x: 4, y: 0, .dino)
      }, on: device)
    let first = device.puts.filter { $0.row == 0 }
    #expect(first.map { $0.text.trimmingSuffix(" ") } == ["CLIP", "DINO", ""])
    #expect(device.defined[first[0].pair]?.0 == 75)
    #expect(device.defined[first[1].pair]?.0 == 215)
    #expect(device.defined[first[0].pair]?.1 == -1)
    #expect(first[2].pair == 0)
    #expect(first[0].attributes == 1)
  }

  @Test func wideCharactersKeepTheirPlaces() throws {
    var presenter = try presenter()
    presenter.present(canvas { $0.write("漢字 ok", x: 1, y: 0) }, on: device)
    #expect(device.text[0][1] == "漢")
    #expect(device.text[0][3] == "字")
    #expect(device.text[0][6] == "o")
    device.puts = []
    presenter.present(canvas { $0.write("漢x  ok", x: 1, y: 0) }, on: device)
    #expect(device.puts.map(\.text) == ["x "])
    #expect(device.puts.first?.column == 3)
  }

  @Test func widthsThatTheScreenDisputesAreReplaced() throws {
    device.unknownWidths = ["漢"]
    var presenter = try presenter()
    presenter.present(canvas { $0.write("a漢b", x: 0, y: 0) }, on: device)
    #expect(String(device.text[0]).hasPrefix("a??b"))
  }

  @Test func nothingButASCIILeavesForOtherLocales() throws {
    var presenter = try presenter(unicode: false)
    presenter.present(canvas { $0.write("é漢⣿.", x: 0, y: 0) }, on: device)
    #expect(String(device.text[0]).hasPrefix("????."))
    #expect(device.puts.allSatisfy { $0.text.unicodeScalars.allSatisfy(\.isASCII) })
  }

  @Test func withoutColoursNoPairIsUsedAndAttributesSpeak() throws {
    var presenter = try presenter(.mono)
    presenter.present(canvas { $0.write("failed", x: 0, y: 0, .bad) }, on: device)
    #expect(device.defined.isEmpty)
    #expect(device.puts.allSatisfy { $0.pair == 0 })
    // Bold and reverse.
    #expect(device.puts.first?.attributes == Int32(9))
  }

  @Test func withoutColoursPicturesAreShaded() throws {
    func shades(unicode: Bool) throws -> String {
      var presenter = try presenter(.mono, unicode: unicode)
      presenter.present(
        canvas {
          for (x, value) in [0, 100, 255].enumerated() {
            let ink = Ink.rgb(UInt8(value), UInt8(value), UInt8(value))
            $0.write("▀", x: x, y: 0, style: Style(foreground: ink, background: ink))
          }
        }, on: device)
      return String(device.text[0].prefix(3))
    }
    #expect(try shades(unicode: true) == " ░█")
    #expect(try shades(unicode: false) == " -@")
  }

  @Test func eightColoursShowBrightOnesBold() throws {
    device.colors = 8
    device.pairs = 64
    var presenter = try presenter(.eight)
    presenter.present(
      canvas {
        $0.write("k", x: 0, y: 0, .key)
        $0.write("d", x: 1, y: 0, .dim)
      }, on: device)
    #expect(device.defined[1]?.0 == 3)
    #expect(device.puts[0].attributes == 1)
    // Bright black may be invisible on black: the terminal's own colour, dimmed.
    #expect(device.puts[1].pair == 0)
    #expect(device.puts[1].attributes == 2)
  }

  @Test func inksByValueAreQuantised() throws {
    var presenter = try presenter()
    let style = Style(foreground: .rgb(95, 175, 255), background: .rgb(8, 8, 8))
    presenter.present(canvas { $0.write("▀", x: 0, y: 0, style: style) }, on: device)
    #expect(device.defined[1]?.0 == 75)
    #expect(device.defined[1]?.1 == 232)
    device.colors = 1 << 24
    var full = try self.presenter(.truecolor)
    full.present(canvas { $0.write("▀", x: 0, y: 0, style: style) }, on: device)
    #expect(device.defined[1]?.0 == 0x5FAFFF)
    device.colors = DirectColorEntry.colors
    var fifteen = try self.presenter(.truecolor)
    fifteen.present(canvas { $0.write("▀", x: 0, y: 0, style: style) }, on: device)
    #expect(device.defined[1]?.0 == 12 << 10 | 21 << 5 | 31)
  }

  @Test func exhaustedPairsAreGivenAnew() throws {
    device.pairs = 9
    var presenter = try presenter()
    func row(_ base: Int) -> Canvas {
      canvas {
        for x in 0..<8 {
          $0.write(
            "#", x: x, y: 0,
            style: Style(foreground: .rgb(UInt8(40 + x * 30), UInt8(base), 0), background: .rgb(0, 0, 95)))
        }
      }
    }
    presenter.present(row(0), on: device)
    device.puts = []
    presenter.present(row(200), on: device)
    #expect(device.erased == 2)
    #expect(device.puts.allSatisfy { $0.pair < 9 })
  }

  @Test func anyPairOfSizesIsSurvived() throws {
    var presenter = try presenter()
    for (width, height) in [(0, 0), (1, 1), (50, 10), (3, 2)] {
      presenter.present(Canvas(width: width, height: height), on: device)
    }
    device.columns = 0
    device.rows = 0
    presenter.present(canvas { $0.write("x", x: 0, y: 0) }, on: device)
    #expect(device.refreshed == 5)
  }

  @Test func aThemeWithoutColoursStaysSoOnAnyTerminal() throws {
    var presenter = try presenter()
    presenter.use(try ThemeLibrary(folders: [ThemeTests.folder]).theme(named: "mono"))
    presenter.present(canvas { $0.write("DINO", x: 0, y: 0, .dino) }, on: device)
    #expect(device.defined.isEmpty)
    presenter.use(try ThemeLibrary(folders: [ThemeTests.folder]).theme(named: "default"))
    presenter.present(canvas { $0.write("DINO", x: 0, y: 0, .dino) }, on: device)
    #expect(device.defined[1]?.0 == 215)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
