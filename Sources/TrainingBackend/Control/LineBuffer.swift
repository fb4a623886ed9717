/// Puts lines together from what a socket delivers piece by piece.
package struct LineBuffer {
  private var rest: [UInt8] = []
  /// Bytes of the longest line that is taken.
  private let limit: Int

  package init(limit: Int) { self.limit = limit }

  /// The lines that a piece completes, without their line feeds; nil where a line is too long, after which nothing can
  /// be told apart any more.
  package mutating func take(_ piece: UnsafeRawBufferPointer) -> [String]? {
    var lines: [String] = []
    var start = piece.startIndex
    while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
      rest.append(contentsOf: piece[start..<end])
      guard rest.count <= limit else { return nil }
      lines.append(String(decoding: rest, as: UTF8.self))
      rest.removeAll(keepingCapacity: true)
      start = end + 1
    }
    rest.append(contentsOf: piece[start...])
    return rest.count <= limit ? lines : nil
  }
}
