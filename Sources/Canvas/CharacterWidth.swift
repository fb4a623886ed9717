/// How many columns a scalar takes in a terminal: 0 (control, combining, zero-width), 1 or 2 (East Asian wide, emoji).
///
/// Follows the Unicode character database: general category for width 0, East Asian width W and F and emoji
/// presentation for width 2; as `wcwidth` of the GNU C library has it, except that control characters count 0 and not
/// -1.
public func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 0x300 {
    return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1
  }
  // Box drawing, block elements and Braille are what is drawn most.
  if (0x2500...0x25A0).contains(value) || (0x2800...0x28FF).contains(value) { return 1 }
  if isZeroWidth(scalar) { return 0 }
  if value < 0x1100 { return 1 }
  return isWide(scalar) ? 2 : 1
}

/// Columns that a text takes.
public func displayWidth(_ text: String) -> Int {
  text.isPlainASCII ? text.utf8.count : text.unicodeScalars.reduce(0) { $0 + displayWidth($1) }
}

private func isZeroWidth(_ scalar: Unicode.Scalar) -> Bool {
  // Vowels and final consonants of Hangul join the syllable before them.
  if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) { return true }
  // Arabic and Syriac signs that enclose what follows are drawn although their category is format.
  switch scalar.value {
  case 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: return false
  default: break
  }
  switch scalar.properties.generalCategory {
  case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator, .surrogate: return true
  default: return false
  }
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
  let value = scalar.value
  if wideRanges.contains(where: { $0.contains(value) }) { return true }
  // Halves of flags are narrow by themselves.
  return scalar.properties.isEmojiPresentation && !(0x1F1E6...0x1F1FF).contains(value)
}

/// Blocks whose assigned characters are all East Asian wide, besides emoji.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4C6,
  0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
  0xFFE0...0xFFE6, 0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x1F3FB...0x1F3FF,
  0x20000...0x3FFFD,
]
