import Canvas
import Histories

private let blockLevels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
private let asciiLevels = ["_", ".", "-", "=", "+", "*", "#"]

/// A series in one line of text of exactly `columns` characters, between the least (or 0) and the greatest value shown.
/// Columns without a finite point are blank; a constant series lies in the middle.
/// - Parameter end: points beyond it are left out.
public func sparkline(
  _ series: Series, range: ClosedRange<Double>, columns: Int, glyphs: GlyphLevel, smoothing: Int = 1,
  isFromZero: Bool = false, end: Double = .infinity
) -> String {
  guard columns > 0 else { return "" }
  let values = columnValues(series, range: range, columns: columns, smoothing: smoothing, end: end)
  return sparkline(values, glyphs: glyphs, isFromZero: isFromZero)
}

/// Values in one line of text, a character each, between the least (or 0) and the greatest. Missing ones are blank;
/// equal ones lie in the middle.
public func sparkline(_ values: [Double?], glyphs: GlyphLevel, isFromZero: Bool = false) -> String {
  let finite = values.compactMap(\.self).filter(\.isFinite)
  guard let smallest = finite.min(), let greatest = finite.max() else {
    return String(repeating: " ", count: values.count)
  }
  let least = isFromZero ? min(0, smallest) : smallest
  let levels = glyphs == .ascii ? asciiLevels : blockLevels
  // Rounding noise of a constant series is no curve.
  let flat = greatest - least <= 1e-6 * max(abs(greatest), abs(least))
  return values.map { value -> String in
    guard let value, value.isFinite else { return " " }
    if flat { return levels[levels.count / 2 - 1] }
    let position = (value - least) / (greatest - least) * Double(levels.count)
    return levels[min(levels.count - 1, max(0, Int(position)))]
  }.joined()
}

/// The last smoothed value in each of `columns` equal parts of a range; a part between two points without one of its
/// own takes the value before it.
private func columnValues(
  _ series: Series, range: ClosedRange<Double>, columns: Int, smoothing: Int, end: Double
) -> [Double?] {
  var values = [Double?](repeating: nil, count: columns)
  let span = range.upperBound - range.lowerBound
  guard span > 0 else { return values }
  var previous: (column: Int, value: Double)?
  for bucket in series.coarse.count >= 2 * columns ? series.coarse : series.buckets {
    if bucket.middleX > end { break }
    let column = Int((bucket.middleX - range.lowerBound) / span * Double(columns))
    guard column >= 0, column <= columns, bucket.finiteCount > 0 else {
      previous = nil
      continue
    }
    let last = min(column, columns - 1)
    let value = Double(bucket.smoothed[min(max(0, smoothing), 3)])
    if let previous, previous.column + 1 < last {
      for between in (previous.column + 1)..<last { values[between] = previous.value }
    }
    values[last] = value
    previous = (last, value)
  }
  return values
}
