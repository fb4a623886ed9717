/// GPT-2's map from bytes to printable letters: bytes that print in Latin-1 stand for themselves, the others get the
/// letters from U+0100 on. So every text can be spelled in symbols that hold neither spaces nor control characters.
enum ByteAlphabet {
  private static let printable: [UInt32] = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)

  /// The letter of each byte.
  static let letters: [String] = {
    var letters = (0..<256).map { _ in "" }
    for (byte, letter) in zip(order, inFileOrder) { letters[Int(byte)] = letter }
    return letters
  }()

  /// The letters in the order in which OpenAI's vocabulary numbers them: printable bytes first.
  static let inFileOrder: [String] = {
    let others = (0..<UInt32(256 - printable.count)).map { 0x100 + $0 }
    return (printable + others).map { Unicode.Scalar($0).map { String($0) } ?? "" }
  }()

  private static let order: [UInt32] = printable + (0..<256).filter { !printable.contains($0) }
}
