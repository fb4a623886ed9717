import Canvas

/// Where the parts of a ``BarPlot`` stand: letters, names and numbers at the left, bars beside them, their axis below.
struct BarFrame {
  /// Widest number.
  static let valueColumns = 8
  /// The star and a blank.
  private static let gapColumns = 2
  private static let leastBarColumns = 4
  private static let nameRange = 6...24
  private static let mostThickness = 3

  let letterColumns: Int
  let nameColumns: Int
  let barsX: Int
  let barColumns: Int
  /// 2: a line with ticks, and labels; 0: there is no room.
  let axisRows: Int
  /// Rows of a bar.
  let thickness: Int
  /// Bars that there is room for, from the first on.
  let shown: Int
  private let stride: Int

  var valueX: Int { letterColumns + nameColumns + (nameColumns > 0 ? 1 : 0) }

  init(_ plot: BarPlot, columns: Int, rows: Int) {
    letterColumns = plot.rows.contains { $0.letter != nil } ? 2 : 0
    let numbers = letterColumns + Self.valueColumns + Self.gapColumns
    let widest = plot.rows.map { displayWidth($0.name) }.max() ?? 0
    let wanted = min(widest, Self.nameRange.upperBound, (columns - numbers) / 3)
    nameColumns = wanted >= Self.nameRange.lowerBound ? wanted : 0
    barsX = numbers + nameColumns + (nameColumns > 0 ? 1 : 0)
    barColumns = columns - barsX >= Self.leastBarColumns ? columns - barsX : 0
    let count = max(1, plot.rows.count)
    axisRows = barColumns > 0 && rows >= count + 2 ? 2 : 0
    let room = rows - axisRows
    thickness = min(max(1, (room + 1) / count - 1), Self.mostThickness, max(1, room))
    stride = (thickness + 1) * count - 1 <= room ? thickness + 1 : thickness
    shown = count <= room ? plot.rows.count : max(0, room - 1)
  }

  func top(of index: Int) -> Int { index * stride }
}

/// Columns of values on the scale of a ``BarPlot``.
struct BarScale {
  let axis: Axis
  let columns: Int
  /// Where bars begin, in columns.
  let zero: Int
  private let zeroPosition: Double

  init(_ axis: Axis, columns: Int) {
    self.axis = axis
    self.columns = columns
    zeroPosition = axis.scale == .linear ? axis.position(0) ?? 0 : 0
    zero = Int((min(max(0, zeroPosition), 1) * Double(columns - 1)).rounded())
  }

  /// How far a value lies from where bars begin, in columns, to the left where it is negative; nil: it is not on the
  /// scale.
  func length(_ value: Double) -> Double? {
    axis.position(value).map { ($0 - zeroPosition) * Double(columns - 1) }
  }

  func column(_ value: Double) -> Int? {
    length(value).map { min(max(0, zero + Int($0.rounded())), columns - 1) }
  }
}
