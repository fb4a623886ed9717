import Foundation
import Interchange
import Testing

/// Files of tables and arrays; `Tests/Exports/compare_features.py` has them read by pyarrow and numpy.
@Suite struct TableFileTests {
  @Test func aHeaderOfNumpyEndsAtAMultipleOf64() {
    for shape in [[3], [5, 7], [2, 3, 4], [100_000, 197, 768]] {
      let header = NumpyArray.header(shape: shape)
      #expect(header.count % 64 == 0 && header.last == UInt8(ascii: "\n"))
      #expect(header.prefix(8) == Data([0x93] + Array("NUMPY".utf8) + [1, 0]))
      let text = String(decoding: header.dropFirst(10), as: UTF8.self)
      let sizes = shape.count == 1 ? "(3,)" : "(\(shape.map(String.init).joined(separator: ", ")))"
      #expect(text.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': \(sizes), }"))
    }
  }

  /// The bytes of a table that pyarrow reads as it is meant.
  @Test func aTableIsWrittenAsParquet() throws {
    var file = Data()
    try ParquetFile.write(
      [.texts("file", ["a", "b"]), .lists("features", [1, 2, 3, 4], width: 2)], rows: 2
    ) { file += $0 }
    #expect(file.prefix(4) == Data("PAR1".utf8) && file.suffix(4) == Data("PAR1".utf8))
    let footer = file.dropLast(4).suffix(4).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    #expect(footer > 0 && footer < file.count - 12)
    // The page of the lists: levels of rows, levels of values, the values.
    let levels: [UInt8] = [8, 0, 0, 0, 2, 0, 2, 1, 2, 0, 2, 1, 2, 0, 0, 0, 8, 1]
    let values: [Float] = [1, 2, 3, 4]
    #expect(file.range(of: Data(levels) + values.withUnsafeBytes { Data($0) }) != nil)
  }

  @Test func aTableWithoutRowsIsOne() throws {
    var file = Data()
    try ParquetFile.write([.texts("file", [])], rows: 0) { file += $0 }
    #expect(file.suffix(4) == Data("PAR1".utf8))
  }
}
