import Foundation

/// What the colours of a heat map stand for: the scale that all of its rows share.
struct HeatScale {
  /// nil: there is no value that the scale could show.
  let axis: Axis?
  /// The least and the greatest mean of all cells.
  let range: ClosedRange<Double>?
  let hasGaps: Bool
  private let offset: Double

  /// Ticks that the ends of a linear scale are rounded to.
  private static let ticks = 8

  init(_ rows: [HeatRow], scale: AxisScale, offset: Double) {
    self.offset = offset
    hasGaps = rows.contains { $0.hasGap.contains(true) }
    let values = rows.flatMap(\.means).map { $0 + offset }.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    guard let least = values.min(), let greatest = values.max() else {
      axis = nil
      range = nil
      return
    }
    range = least...greatest
    switch scale {
    case .linear:
      let shown = withoutFarValues(least...greatest, samples: values)
      axis = Axis(showing: shown, scale: .linear, tickCount: Self.ticks)
    case .logarithmic: axis = Self.logarithmic(least...greatest)
    }
  }

  /// Ends on round numbers, closer than those of an axis with ticks: shades are few.
  private static func logarithmic(_ values: ClosedRange<Double>) -> Axis {
    let least = max(values.lowerBound, values.upperBound * 1e-12, 1e-300)
    let lower = rounded(least, .down)
    let upper = rounded(max(values.upperBound, least), .up)
    return Axis(from: lower, to: upper > lower ? upper : lower * 1.25, scale: .logarithmic)
  }

  private static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    let stops = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map { $0 * power }
    return rule == .down
      ? stops.last { $0 <= value * (1 + 1e-9) } ?? power : stops.first { $0 >= value * (1 - 1e-9) } ?? 10 * power
  }

  /// The place of a column's mean on the scale, in 0...1; NaN: no value there is a number; nil: there is no value.
  func level(of row: HeatRow, _ column: Int) -> Double? {
    let mean = row.means[column]
    guard mean.isFinite else { return row.hasGap[column] ? .nan : nil }
    return min(max(0, position(mean) ?? 0), 1)
  }

  /// What else there is to say of a column: `?` a value that is no number, `^` and `v` a mean above or below the scale,
  /// `o` a point of a series of few.
  func mark(of row: HeatRow, _ column: Int) -> String? {
    if row.hasGap[column] { return "?" }
    guard row.means[column].isFinite else { return nil }
    guard let position = position(row.means[column]) else { return "v" }
    if position > 1 + 1e-9 { return "^" }
    if position < -1e-9 { return "v" }
    return row.marked.contains(column) ? "o" : nil
  }

  /// nil: a logarithmic scale has no such place, as the value is too low.
  private func position(_ mean: Double) -> Double? { axis?.position(mean + offset) }
}
