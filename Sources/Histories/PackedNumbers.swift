import Foundation

/// Numbers as the bytes of IEEE doubles, little-endian, in the order of columns: what histories travel as.
enum PackedNumbers {
  /// - Parameter columns: of one length.
  static func data(_ columns: [[Double]]) -> Data {
    var data = Data(capacity: columns.reduce(0) { $0 + $1.count } * MemoryLayout<UInt64>.size)
    for column in columns {
      for number in column { withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
    }
    return data
  }

  /// - Returns: nil where the bytes are not so many columns of one length.
  static func columns(_ count: Int, of data: Data) -> [[Double]]? {
    let size = MemoryLayout<UInt64>.size
    guard count > 0, data.count % (size * count) == 0 else { return nil }
    let rows = data.count / (size * count)
    return data.withUnsafeBytes { bytes in
      (0..<count).map { column in
        (0..<rows).map { row in
          let pattern = bytes.loadUnaligned(fromByteOffset: (column * rows + row) * size, as: UInt64.self)
          return Double(bitPattern: UInt64(littleEndian: pattern))
        }
      }
    }
  }
}
