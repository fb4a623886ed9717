/// The cosine of every two of a picture's patches, each in a byte: `round(127 c)` as a signed number.
///
/// They stand as the lower triangle of a matrix with its diagonal, row by row.
public struct PatchSimilarity: Equatable, Sendable {
  public let bytes: [UInt8]

  /// Most patches: what a front end is sent grows with their square.
  public static let mostPatches = 256

  /// - Parameter cosines: [N, N], row by row. nil for more than ``mostPatches``.
  public init?(cosines: [Float], patches: Int) {
    guard patches > 0, patches <= Self.mostPatches, cosines.count == patches * patches else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(patches * (patches + 1) / 2)
    for row in 0..<patches {
      for column in 0...row {
        let cosine = cosines[row * patches + column]
        let level = cosine.isFinite ? (127 * min(max(-1, cosine), 1)).rounded() : 0
        bytes.append(UInt8(bitPattern: Int8(level)))
      }
    }
    self.bytes = bytes
  }

  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// Of a patch to all others and to itself, in their order; nil where there are not so many patches.
  public func cosines(of patch: Int, patches: Int) -> [Float]? {
    guard patches > 0, patches <= Self.mostPatches, (0..<patches).contains(patch),
      bytes.count == patches * (patches + 1) / 2
    else { return nil }
    return (0..<patches).map { other in
      let (row, column) = (max(patch, other), min(patch, other))
      return Float(Int8(bitPattern: bytes[row * (row + 1) / 2 + column])) / 127
    }
  }

  /// Of every patch the mean of its cosines with all patches, itself included; nil where there are not so many patches.
  public func meanCosines(patches: Int) -> [Float]? {
    guard patches > 0, patches <= Self.mostPatches, bytes.count == patches * (patches + 1) / 2 else { return nil }
    var sums = [Int](repeating: 0, count: patches)
    var place = 0
    for row in 0..<patches {
      for column in 0...row {
        let level = Int(Int8(bitPattern: bytes[place]))
        sums[row] += level
        if column != row { sums[column] += level }
        place += 1
      }
    }
    return sums.map { Float($0) / Float(127 * patches) }
  }
}
