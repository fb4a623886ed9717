import Files
import Foundation

/// What lies in a tar file, in the formats ustar, GNU and pax (POSIX.1-2017, pax, "ustar Interchange Format").
package struct TarArchive: Sendable {
  package struct Entry: Equatable, Sendable {
    /// A path.
    package var name: [UInt8]
    /// Where its content begins in the file.
    package var offset: Int
    /// Bytes of its content.
    package var count: Int
  }

  /// Regular files, in their order.
  package private(set) var entries: [Entry] = []
  /// Whether the file ends as it should, and not within an entry or in what is no header.
  package private(set) var isWhole = true

  private static let block = 512
  /// A longer name is taken for damage.
  private static let longestName = 1 << 16

  /// - Parameters:
  ///   - size: of the file in bytes.
  ///   - read: bytes from an offset on, so many or fewer where the file ends.
  /// - Throws: ``DatasetError`` with the bare reason where it is no tar file; what `read` throws.
  package init(size: Int, reading read: (_ offset: Int, _ count: Int) throws -> Data) throws {
    var offset = 0
    var longName: [UInt8]?
    var longSize: Int?
    while offset + Self.block <= size {
      let header = try [UInt8](read(offset, Self.block))
      guard header.count == Self.block else { break }
      if header.allSatisfy({ $0 == 0 }) { return }
      guard Self.hasItsSum(header), let stored = Self.number(header[124..<136]) else {
        if offset == 0 { throw Self.strange(header) }
        isWhole = false
        return
      }
      let content = offset + Self.block
      let count = longSize ?? stored
      guard count >= 0, count <= size - content else {
        isWhole = false
        return
      }
      switch header[156] {
      case UInt8(ascii: "L"):
        guard count <= Self.longestName else { break }
        longName = try [UInt8](read(content, count)).split(separator: 0).first.map { Array($0) }
      case UInt8(ascii: "x"):
        guard count <= Self.longestName else { break }
        let facts = Self.facts(try [UInt8](read(content, count)))
        longName = facts.name ?? longName
        longSize = facts.size
      case UInt8(ascii: "g"), UInt8(ascii: "K"): break
      case UInt8(ascii: "0"), 0, UInt8(ascii: "7"):
        entries.append(Entry(name: longName ?? Self.name(header), offset: content, count: count))
        (longName, longSize) = (nil, nil)
      default: (longName, longSize) = (nil, nil)
      }
      let blocks = (count + Self.block - 1) / Self.block
      offset = content + blocks * Self.block
    }
    // Some programs leave out the blocks of zeros at the end.
    isWhole = offset >= size
    if offset == 0 { throw DatasetError("it is shorter than the header of a tar file") }
  }

  private static func strange(_ header: [UInt8]) -> DatasetError {
    DatasetError(
      header.starts(with: [0x1F, 0x8B])
        ? "it is packed with gzip, in which single pictures cannot be found: unpack it (gunzip)" : "it is no tar file")
  }

  private static func hasItsSum(_ header: [UInt8]) -> Bool {
    guard let sum = number(header[148..<156]) else { return false }
    var counted = 0
    for (place, byte) in header.enumerated() { counted += (148..<156).contains(place) ? 32 : Int(byte) }
    return counted == sum
  }

  /// In octal digits, or in base 256 where the first bit is set.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      var value = Int(first & 0x7F)
      for byte in field.dropFirst() {
        guard value < Int.max >> 9 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    var value = 0
    var hasDigits = false
    for byte in field {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        value = value << 3 | Int(byte - UInt8(ascii: "0"))
        hasDigits = true
      case 0, UInt8(ascii: " "): if hasDigits { return value }
      default: return nil
      }
    }
    return value
  }

  private static func name(_ header: [UInt8]) -> [UInt8] {
    func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }
    let name = text(header[0..<100])
    let prefix = header[257..<262].elementsEqual("ustar".utf8) && header[262] == 0 ? text(header[345..<500]) : []
    return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
  }

  /// Lines `LENGTH KEY=VALUE`.
  private static func facts(_ bytes: [UInt8]) -> (name: [UInt8]?, size: Int?) {
    var found: (name: [UInt8]?, size: Int?) = (nil, nil)
    var rest = bytes[...]
    while let space = rest.firstIndex(of: UInt8(ascii: " ")),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex + 1,
      length <= rest.count
    {
      let line = rest[(space + 1)..<(rest.startIndex + length - 1)]
      rest = rest.dropFirst(length)
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = line[(equals + 1)...]
      switch String(decoding: line[..<equals], as: UTF8.self) {
      case "path": found.name = Array(value)
      case "size": found.size = Int(String(decoding: value, as: UTF8.self))
      default: break
      }
    }
    return found
  }
}
