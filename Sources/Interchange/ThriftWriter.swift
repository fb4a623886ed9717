/// Fields of a structure as Thrift's compact protocol writes them, in which Parquet has its headers
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
struct ThriftWriter {
  private enum Kind: UInt8 { case int32 = 5, int64 = 6, bytes = 8, list = 9, structure = 12 }

  private var content: [UInt8] = []
  private var last = 0

  /// With the mark of its end.
  var bytes: [UInt8] { content + [0] }

  mutating func add(_ field: Int, int32 value: Int) {
    key(field, .int32)
    zigzag(value)
  }

  mutating func add(_ field: Int, int64 value: Int) {
    key(field, .int64)
    zigzag(value)
  }

  mutating func add(_ field: Int, _ text: String) {
    key(field, .bytes)
    write(text)
  }

  mutating func add(_ field: Int, _ structure: ThriftWriter) {
    key(field, .structure)
    content += structure.bytes
  }

  mutating func add(_ field: Int, _ structures: [ThriftWriter]) {
    begin(field, count: structures.count, of: .structure)
    for structure in structures { content += structure.bytes }
  }

  mutating func add(_ field: Int, _ texts: [String]) {
    begin(field, count: texts.count, of: .bytes)
    for text in texts { write(text) }
  }

  mutating func add(_ field: Int, int32s values: [Int]) {
    begin(field, count: values.count, of: .int32)
    for value in values { zigzag(value) }
  }

  private mutating func begin(_ field: Int, count: Int, of kind: Kind) {
    key(field, .list)
    if count < 15 {
      content.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      content.append(0xF0 | kind.rawValue)
      content += Self.varint(UInt64(count))
    }
  }

  /// Fields are added in the order of their numbers, none of which is 15 or more beyond the one before.
  private mutating func key(_ field: Int, _ kind: Kind) {
    content.append(UInt8(field - last) << 4 | kind.rawValue)
    last = field
  }

  private mutating func write(_ text: String) {
    content += Self.varint(UInt64(text.utf8.count))
    content += text.utf8
  }

  private mutating func zigzag(_ value: Int) {
    content += Self.varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
  }

  static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
