/// How the rows of a map are divided among its series: equally, a blank row between them where there is room.
struct HeatBands: Equatable {
  /// Series that have rows.
  let shown: Int
  /// Rows of each.
  let height: Int
  private let pitch: Int
  /// Whether the row below the last one that is shown is left to say that there are more.
  let isCut: Bool

  private static let leastPitchWithGap = 3

  init(count: Int, rows: Int) {
    guard count > 0, rows > 0 else {
      (shown, height, pitch, isCut) = (0, 0, 0, false)
      return
    }
    isCut = count > rows && rows > 1
    shown = count <= rows ? count : max(1, rows - 1)
    pitch = isCut ? 1 : rows / shown
    height = shown > 1 && pitch >= Self.leastPitchWithGap ? pitch - 1 : pitch
  }

  func top(of index: Int) -> Int { index * pitch }
}
