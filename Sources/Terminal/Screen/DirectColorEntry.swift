import Foundation

/// A terminal type of 32768 colours, 5 bits each of red, green and blue, made of a type with fewer.
///
/// Curses reaches full colour only by terminal types such as `xterm-direct`, which Debian does not install, while most
/// terminals understand the sequences for it. So the compiled entry of the type at hand (term(5): legacy storage
/// format, or extended number format) is read and given other numbers and two other strings; its user-defined
/// capabilities are dropped. Curses takes such an entry from the variable `TERMINFO` in hexadecimal digits
/// (terminfo(5)).
package enum DirectColorEntry {
  package static let colors = 32768

  private static let legacyMagic = 0o432
  private static let wideMagic = 0o1036
  // Places in the tables of terminfo, as <term.h> has them.
  private static let maxColors = 13
  private static let maxPairs = 14
  private static let initializeColor = 299
  private static let setForeground = 359
  private static let setBackground = 360

  /// The value for `TERMINFO`; nil if the entry is damaged or has no colours to begin with.
  package static func terminfo(compiled bytes: [UInt8]) -> String? {
    func short(_ offset: Int) -> Int? {
      guard offset >= 0, offset + 1 < bytes.count else { return nil }
      return Int(Int16(truncatingIfNeeded: Int(bytes[offset]) | Int(bytes[offset + 1]) << 8))
    }
    func int(_ offset: Int) -> Int? {
      guard let low = short(offset), let high = short(offset + 2) else { return nil }
      return (low & 0xFFFF) | high << 16
    }
    let header = (0..<6).compactMap { short(2 * $0) }
    guard header.count == 6, header[0] == legacyMagic || header[0] == wideMagic, header.allSatisfy({ $0 >= 0 }) else {
      return nil
    }
    let width = header[0] == wideMagic ? 4 : 2
    let (names, flags, numberCount, stringCount, tableSize) = (header[1], header[2], header[3], header[4], header[5])
    let numbersAt = 12 + names + flags + (names + flags) % 2
    let stringsAt = numbersAt + width * numberCount
    let tableAt = stringsAt + 2 * stringCount
    guard numberCount > maxPairs, stringCount > setBackground, tableAt + tableSize <= bytes.count else { return nil }
    var numbers = (0..<numberCount).compactMap { width == 4 ? int(numbersAt + 4 * $0) : short(numbersAt + 2 * $0) }
    var strings = (0..<stringCount).compactMap { short(stringsAt + 2 * $0) }
    guard numbers.count == numberCount, strings.count == stringCount, numbers[maxColors] >= 8,
      strings[setForeground] >= 0
    else { return nil }
    var table = Array(bytes[tableAt..<(tableAt + tableSize)])
    numbers[maxColors] = colors
    numbers[maxPairs] = 65536
    // No palette is changed: it would stay changed for the programs after this one.
    strings[initializeColor] = -1
    for (place, code) in [(setForeground, 38), (setBackground, 48)] {
      strings[place] = table.count
      table += Array(
        "\u{1B}[\(code);2;\(channel("%{1024}%/"));\(channel("%{32}%/%{32}%m"));\(channel("%{32}%m"))m\0".utf8)
    }
    guard table.count < Int(Int16.max) else { return nil }

    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var entry: [UInt8] = []
    for value in [wideMagic, names, flags, numberCount, stringCount, table.count] { entry += little(value, 2) }
    entry += bytes[12..<numbersAt]
    for value in numbers { entry += little(value, 4) }
    for value in strings { entry += little(value, 2) }
    entry += table
    return "hex:" + entry.map { String(format: "%02X", $0) }.joined()
  }

  /// One channel of 0...31, taken from the parameter by `selection`, as 0...255: times 33, by 4.
  private static func channel(_ selection: String) -> String { "%p1\(selection)%{33}%*%{4}%/%d" }

  /// Red, green and blue as a colour number of such a type.
  static func number(_ paint: Paint) -> Int {
    func fiveBits(_ value: UInt8) -> Int { (Int(value) * 31 + 127) / 255 }
    return fiveBits(paint.red) << 10 | fiveBits(paint.green) << 5 | fiveBits(paint.blue)
  }

  /// The compiled entry of a terminal type, where curses would find it; nil if there is no such file.
  package static func compiled(type: String, environment: [String: String]) -> [UInt8]? {
    guard let first = type.utf8.first, !type.contains("/") else { return nil }
    var folders = [environment["TERMINFO"], environment["HOME"].map { $0 + "/.terminfo" }].compactMap { $0 }
    folders += (environment["TERMINFO_DIRS"] ?? "").split(separator: ":").map(String.init)
    folders += ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
    for folder in folders {
      for letter in [String(type.prefix(1)), String(first, radix: 16)] {
        let path = "\(folder)/\(letter)/\(type)"
        if let data = FileManager.default.contents(atPath: path) { return Array(data) }
      }
    }
    return nil
  }
}
