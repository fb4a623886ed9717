import Foundation

/// What is wrong with a zip archive, a clause.
struct ZipProblem: Error, CustomStringConvertible {
  let description: String
}

/// Where the members of a zip archive lie, by its directory at the end; zip64 too.
///
/// Source: PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
struct ZipDirectory {
  struct Entry {
    /// Bytes in the archive; as they are where the member is not packed.
    let bytes: Range<Int>
    let isPacked: Bool
  }

  private(set) var names: [String] = []
  private(set) var entries: [String: Entry] = [:]

  init(_ data: Data) throws {
    try data.withUnsafeBytes { raw in try read(LittleEndianBytes(raw)) }
  }

  private mutating func read(_ bytes: LittleEndianBytes) throws {
    var (position, count) = try Self.directory(bytes)
    while count > 0 {
      guard bytes.integer(position, UInt32.self) == 0x0201_4B50, let method = bytes.integer(position + 10, UInt16.self),
        let packed = bytes.integer(position + 20, UInt32.self), let whole = bytes.integer(position + 24, UInt32.self),
        let nameLength = bytes.integer(position + 28, UInt16.self),
        let extraLength = bytes.integer(position + 30, UInt16.self),
        let commentLength = bytes.integer(position + 32, UInt16.self),
        let offset = bytes.integer(position + 42, UInt32.self),
        let name = bytes.text(position + 46, Int(nameLength))
      else { throw ZipProblem(description: "its directory is cut short or damaged") }
      let extra = position + 46 + Int(nameLength)
      let end = extra + Int(extraLength)
      let wide = Self.wideFields(bytes, extra..<end, [UInt64(whole), UInt64(packed), UInt64(offset)])
      guard let wide, let size = Int(exactly: wide[1]), let header = Int(exactly: wide[2]),
        let range = Self.content(bytes, header: header, size: size)
      else { throw ZipProblem(description: "its directory places \(name) outside the file") }
      guard entries.updateValue(Entry(bytes: range, isPacked: method != 0), forKey: name) == nil else {
        throw ZipProblem(description: "it holds \(name) twice")
      }
      names.append(name)
      position = end + Int(commentLength)
      count -= 1
    }
  }

  /// Where the directory begins, and how many members it has.
  private static func directory(_ bytes: LittleEndianBytes) throws -> (position: Int, count: Int) {
    let cut = ZipProblem(description: "it has no directory at its end, as a file that was not fetched whole")
    // The record has 22 bytes and a comment of up to 65,535 behind it.
    let first = max(bytes.count - 22 - 65_535, 0)
    guard bytes.count >= 22,
      let record = (first...bytes.count - 22).reversed().first(where: {
        bytes.integer($0, UInt32.self) == 0x0605_4B50
      }), let count = bytes.integer(record + 10, UInt16.self), let start = bytes.integer(record + 16, UInt32.self)
    else { throw cut }
    guard count == .max || start == .max || bytes.integer(record + 12, UInt32.self) == .max else {
      return (Int(start), Int(count))
    }
    guard record >= 20, bytes.integer(record - 20, UInt32.self) == 0x0706_4B50,
      let wide = bytes.integer(record - 12, UInt64.self).flatMap({ Int(exactly: $0) }),
      bytes.integer(wide, UInt32.self) == 0x0606_4B50,
      let many = bytes.integer(wide + 32, UInt64.self).flatMap({ Int(exactly: $0) }),
      let place = bytes.integer(wide + 48, UInt64.self).flatMap({ Int(exactly: $0) })
    else { throw cut }
    return (place, many)
  }

  /// Sizes and offset, those that do not fit 32 bits taken from the extra field; nil where that lacks them.
  private static func wideFields(_ bytes: LittleEndianBytes, _ extra: Range<Int>, _ narrow: [UInt64]) -> [UInt64]? {
    guard narrow.contains(UInt64(UInt32.max)) else { return narrow }
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound, let id = bytes.integer(position, UInt16.self),
      let length = bytes.integer(position + 2, UInt16.self)
    {
      if id == 1 {
        var next = position + 4
        var fields = narrow
        for index in fields.indices where fields[index] == UInt64(UInt32.max) {
          guard next + 8 <= extra.upperBound, let value = bytes.integer(next, UInt64.self) else { return nil }
          fields[index] = value
          next += 8
        }
        return fields
      }
      position += 4 + Int(length)
    }
    return nil
  }

  /// The bytes of a member behind its own header.
  private static func content(_ bytes: LittleEndianBytes, header: Int, size: Int) -> Range<Int>? {
    guard bytes.integer(header, UInt32.self) == 0x0403_4B50,
      let name = bytes.integer(header + 26, UInt16.self), let extra = bytes.integer(header + 28, UInt16.self)
    else { return nil }
    let start = header + 30 + Int(name) + Int(extra)
    guard start <= bytes.count, size <= bytes.count - start else { return nil }
    return start..<start + size
  }
}

/// Bytes of which little-endian numbers are read, nil outside.
struct LittleEndianBytes {
  private let raw: UnsafeRawBufferPointer

  init(_ raw: UnsafeRawBufferPointer) { self.raw = raw }

  var count: Int { raw.count }

  func integer<Number: FixedWidthInteger>(_ position: Int, _ type: Number.Type) -> Number? {
    guard position >= 0, position <= raw.count - MemoryLayout<Number>.size else { return nil }
    return Number(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  func byte(_ position: Int) -> UInt8? { raw.indices.contains(position) ? raw[position] : nil }

  func text(_ position: Int, _ length: Int) -> String? {
    guard position >= 0, length >= 0, position <= raw.count, length <= raw.count - position else { return nil }
    return String(decoding: raw[position..<position + length], as: UTF8.self)
  }
}
