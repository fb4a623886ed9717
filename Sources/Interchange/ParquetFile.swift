import Foundation

/// A table as a file of Apache Parquet: one group of rows, plain values that are not packed.
///
/// A column has texts, whole numbers, or in each row a list of so many floats, as data frames take features. Source:
/// apache/parquet-format, `README.md`, `Encodings.md`, `parquet.thrift`.
package struct ParquetFile {
  package enum Column {
    case texts(String, [String])
    case integers(String, [Int32])
    /// A list of `width` floats a row, which stand one after the other.
    case lists(String, [Float], width: Int)
  }

  private let columns: [Column]
  private let rows: Int
  private let notes: [(key: String, value: String)]
  private let take: (Data) throws -> Void
  private var offset = 0

  /// Values of a page at the most, so that its size stays far from what its header can tell.
  private static let pageValues = 1 << 22
  private static let magic = Data("PAR1".utf8)

  /// - Parameters:
  ///   - columns: of as many rows each.
  ///   - notes: what a reader is told of the file, by key.
  ///   - write: takes the bytes of the file a piece at a time.
  package static func write(
    _ columns: [Column], rows: Int, notes: [(key: String, value: String)] = [],
    by write: @escaping (Data) throws -> Void
  ) throws {
    var file = ParquetFile(columns: columns, rows: rows, notes: notes, write: write)
    try file.writeAll()
  }

  private init(
    columns: [Column], rows: Int, notes: [(key: String, value: String)], write: @escaping (Data) throws -> Void
  ) {
    (self.columns, self.rows, self.notes, take) = (columns, rows, notes, write)
  }

  private mutating func put(_ data: Data) throws {
    try take(data)
    offset += data.count
  }

  private mutating func writeAll() throws {
    try put(Self.magic)
    var chunks: [ThriftWriter] = []
    let start = offset
    for column in columns { chunks.append(try chunk(column)) }
    var group = ThriftWriter()
    group.add(1, chunks)
    group.add(2, int64: offset - start)
    group.add(3, int64: rows)
    var about = ThriftWriter()
    about.add(1, int32: 1)
    about.add(2, schema)
    about.add(3, int64: rows)
    about.add(4, [group])
    if !notes.isEmpty {
      about.add(
        5,
        notes.map { note in
          var entry = ThriftWriter()
          entry.add(1, note.key)
          entry.add(2, note.value)
          return entry
        })
    }
    about.add(6, "MVP Workbench")
    let footer = Data(about.bytes)
    try put(footer)
    try put(withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Data($0) })
    try put(Self.magic)
  }

  // MARK: schema

  private static let (required, repeated) = (0, 2)

  private var schema: [ThriftWriter] {
    [Self.element("schema", children: columns.count)]
      + columns.flatMap { column in
        switch column {
        case .texts(let name, _): [Self.element(name, type: 6, repetition: Self.required, meaning: 0)]
        case .integers(let name, _): [Self.element(name, type: 1, repetition: Self.required)]
        case .lists(let name, _, _):
          [
            Self.element(name, repetition: Self.required, children: 1, meaning: 3),
            Self.element("list", repetition: Self.repeated, children: 1),
            Self.element("element", type: 4, repetition: Self.required),
          ]
        }
      }
  }

  private static func element(
    _ name: String, type: Int? = nil, repetition: Int? = nil, children: Int? = nil, meaning: Int? = nil
  ) -> ThriftWriter {
    var element = ThriftWriter()
    if let type { element.add(1, int32: type) }
    if let repetition { element.add(3, int32: repetition) }
    element.add(4, name)
    if let children { element.add(5, int32: children) }
    if let meaning { element.add(6, int32: meaning) }
    return element
  }

  // MARK: columns

  /// Writes the pages of a column.
  /// - Returns: what the end of the file says of them.
  private mutating func chunk(_ column: Column) throws -> ThriftWriter {
    let start = offset
    let (type, path, each) =
      switch column {
      case .texts(let name, _): (6, [name], 1)
      case .integers(let name, _): (1, [name], 1)
      case .lists(let name, _, let width): (4, [name, "list", "element"], width)
      }
    let rowsOfPage = max(1, Self.pageValues / max(1, each))
    var row = 0
    repeat {
      let end = min(rows, row + rowsOfPage)
      try page(Self.content(column, row..<end), values: (end - row) * each)
      row = end
    } while row < rows
    var about = ThriftWriter()
    about.add(1, int32: type)
    about.add(2, int32s: [0, 3])
    about.add(3, path)
    about.add(4, int32: 0)
    about.add(5, int64: rows * each)
    about.add(6, int64: offset - start)
    about.add(7, int64: offset - start)
    about.add(9, int64: start)
    var chunk = ThriftWriter()
    chunk.add(2, int64: start)
    chunk.add(3, about)
    return chunk
  }

  private mutating func page(_ content: Data, values: Int) throws {
    var about = ThriftWriter()
    about.add(1, int32: values)
    about.add(2, int32: 0)
    about.add(3, int32: 3)
    about.add(4, int32: 3)
    var head = ThriftWriter()
    head.add(1, int32: 0)
    head.add(2, int32: content.count)
    head.add(3, int32: content.count)
    head.add(5, about)
    try put(Data(head.bytes))
    try put(content)
  }

  private static func content(_ column: Column, _ rows: Range<Int>) -> Data {
    var content = Data()
    switch column {
    case .texts(_, let texts):
      for text in texts[rows] {
        withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { content.append(contentsOf: $0) }
        content.append(contentsOf: text.utf8)
      }
    case .integers(_, let values):
      for value in values[rows] { withUnsafeBytes(of: value.littleEndian) { content.append(contentsOf: $0) } }
    case .lists(_, let values, let width):
      // Where a list begins, and that every value is there.
      var begins: [UInt8] = []
      for _ in rows {
        begins += run(of: 1, 0)
        if width > 1 { begins += run(of: width - 1, 1) }
      }
      content.append(levels(begins))
      content.append(levels(run(of: rows.count * width, 1)))
      let part = values[rows.lowerBound * width..<rows.upperBound * width].map(\.bitPattern.littleEndian)
      part.withUnsafeBytes { content.append(contentsOf: $0) }
    }
    return content
  }

  /// So many times one level of one bit.
  private static func run(of count: Int, _ level: UInt8) -> [UInt8] {
    ThriftWriter.varint(UInt64(count) << 1) + [level]
  }

  private static func levels(_ runs: [UInt8]) -> Data {
    withUnsafeBytes(of: UInt32(runs.count).littleEndian) { Data($0) } + runs
  }
}
