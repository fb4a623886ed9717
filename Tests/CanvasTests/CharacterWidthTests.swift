import Canvas
import Foundation
import Testing

@Suite struct CharacterWidthTests {
  @Test(arguments: [
    ("loss", 4), ("日本", 4), ("e\u{301}", 1), ("\u{1F600}", 2), ("⠿█┊", 3), ("\u{200B}\u{202E}", 0), ("한", 2),
    ("ｶ", 1), ("Ａ", 2), ("a\u{7}b", 2), ("☀", 1), ("⌚", 2), ("א", 1),
  ])
  func widthOfText(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  /// The C library's table is the independent truth, up to the Unicode version it knows.
  @Test func agreesWithTheCLibrary() throws {
    let saved = setlocale(LC_CTYPE, nil).map { String(cString: $0) }
    try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
    defer { setlocale(LC_CTYPE, saved ?? "C") }
    // Declared only for X/Open sources, which Swift's import of the C library is not.
    typealias Width = @convention(c) (wchar_t) -> Int32
    let symbol = try #require(dlsym(nil, "wcwidth"))
    let wcwidth = unsafeBitCast(symbol, to: Width.self)
    var compared = 0
    var differing: [String] = []
    for value in (0x20 as UInt32)..<0x30000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = wcwidth(wchar_t(bitPattern: value))
      // -1: control, unassigned or private there.
      if expected < 0 { continue }
      compared += 1
      if displayWidth(scalar) != Int(expected) { differing.append(String(value, radix: 16)) }
    }
    #expect(compared > 60_000)
    // Versions of Unicode differ in a sign or two.
    #expect(differing.count < 8, "\(differing.count): \(differing.prefix(60))")
  }
}
