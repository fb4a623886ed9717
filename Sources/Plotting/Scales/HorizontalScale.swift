import Foundation
import Histories

/// A horizontal axis: what it counts, from where to where, and how places on it are spaced.
public struct HorizontalScale: Equatable, Sendable {
  public var bounds: ClosedRange<Double>
  public var axis: TimeAxis
  public let scale: AxisScale
  /// Seconds that local time is ahead of UTC, for labels of the time of day.
  public var utcOffset: Double

  /// Under a logarithmic scale, bounds that are not positive are raised to `leastPositive`.
  public init(
    _ bounds: ClosedRange<Double>, axis: TimeAxis = .step, scale: AxisScale = .linear, leastPositive: Double = 1,
    utcOffset: Double = 0
  ) {
    self.axis = axis
    self.utcOffset = utcOffset
    // Time of day has no zero that a logarithm could count from.
    self.scale = axis == .wall ? .linear : scale
    if self.scale == .logarithmic {
      let lower = bounds.lowerBound > 0 ? bounds.lowerBound : leastPositive
      self.bounds = lower...max(lower * (1 + 1e-9), bounds.upperBound)
    } else {
      self.bounds = bounds
    }
  }

  /// 0 at the lower bound and 1 at the upper, outside of 0...1 beyond them; nil if the axis has no such place.
  public func fraction(_ x: Double) -> Double? {
    guard x.isFinite else { return nil }
    switch scale {
    case .linear:
      let span = bounds.upperBound - bounds.lowerBound
      return span > 0 ? (x - bounds.lowerBound) / span : nil
    case .logarithmic:
      let span = log(bounds.upperBound / bounds.lowerBound)
      return x > 0 && span > 0 ? log(x / bounds.lowerBound) / span : nil
    }
  }

  /// The place at a fraction of the width.
  public func value(_ fraction: Double) -> Double {
    switch scale {
    case .linear: bounds.lowerBound + fraction * (bounds.upperBound - bounds.lowerBound)
    case .logarithmic: bounds.lowerBound * pow(bounds.upperBound / bounds.lowerBound, fraction)
    }
  }

  /// The part of the axis between two fractions of its width; outside of 0...1 it is a wider one.
  public func part(from: Double, to: Double) -> ClosedRange<Double> {
    let (lower, upper) = (value(from), value(to))
    return lower...max(lower, upper)
  }

  /// Ticks whose labels fit side by side.
  public func ticks(columns: Int) -> [Tick] {
    switch scale {
    case .logarithmic: logarithmicTicks(columns: columns)
    case .linear:
      switch axis {
      case .step: stepTicks(bounds, columns: columns)
      case .epoch: epochTicks(columns: columns)
      case .relative: timeTicks(bounds, columns: columns, label: spanLabel)
      case .wall:
        timeTicks(
          (bounds.lowerBound + utcOffset)...(bounds.upperBound + utcOffset), columns: columns, label: clockLabel
        ).map { Tick(value: $0.value - utcOffset, label: $0.label) }
      }
    }
  }

  /// The powers of ten, with 2 and 5 between them where there are few.
  private func logarithmicTicks(columns: Int) -> [Tick] {
    let decades = log10(bounds.upperBound / bounds.lowerBound)
    let factors: [Double] = decades > 4 ? [1] : decades > 2 ? [1, 3] : [1, 2, 5]
    let first = Int(log10(bounds.lowerBound).rounded(.down))
    let last = Int(log10(bounds.upperBound).rounded(.up))
    guard first <= last, last - first < 40 else { return [] }
    var values: [Double] = []
    for decade in first...last {
      let power = pow(10, Double(decade))
      for factor in factors { values.append(factor * power) }
    }
    let lower = bounds.lowerBound * (1 - 1e-9)
    let upper = bounds.upperBound * (1 + 1e-9)
    return values.filter { $0 >= lower && $0 <= upper }.map { Tick(value: $0, label: logarithmicLabel($0)) }
  }

  private func logarithmicLabel(_ value: Double) -> String {
    if axis == .relative { return spanLabel(value, 1) }
    return value < 1 ? epochLabel(value) : countText(value)
  }

  private func epochTicks(columns: Int) -> [Tick] {
    let span = bounds.upperBound - bounds.lowerBound
    guard span > 0, columns > 0 else { return [] }
    var step = pow(10, log10(span / 64).rounded(.down))
    for factor in [2, 2.5, 2, 2, 2.5, 2, 2, 2.5, 2] {
      let ticks = Swift.stride(from: (bounds.lowerBound / step).rounded(.up), through: bounds.upperBound / step, by: 1)
        .map { Tick(value: $0 * step, label: epochLabel($0 * step)) }
      let widest = ticks.map(\.label.count).max() ?? 0
      if Double(widest + 4) <= Double(columns) * step / span { return ticks }
      step *= factor
    }
    return []
  }

  private func epochLabel(_ value: Double) -> String {
    if value >= 1000 { return countText(value) }
    var text = fixedText(value, decimals: 4)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}

private let minute = 60.0
private let hour = 3600.0
private let day = 86400.0

/// Ticks at round numbers of seconds, minutes, hours or days.
private func timeTicks(
  _ range: ClosedRange<Double>, columns: Int, label: (_ seconds: Double, _ step: Double) -> String
) -> [Tick] {
  let span = range.upperBound - range.lowerBound
  guard span > 0, columns > 0 else { return [] }
  var steps: [Double] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
  steps += [1, 2, 5, 10, 15, 30].map { $0 * minute } + [1, 2, 3, 6, 12].map { $0 * hour }
  steps += [1, 2, 7, 14, 30, 90, 365].map { $0 * day }
  for step in steps where span / step <= 64 {
    let ticks = Swift.stride(from: (range.lowerBound / step).rounded(.up), through: range.upperBound / step, by: 1)
      .map { Tick(value: $0 * step, label: label($0 * step, step)) }
    let widest = ticks.map(\.label.count).max() ?? 0
    if Double(widest + 4) <= Double(columns) * step / span || ticks.count <= 2 { return ticks }
  }
  return []
}

/// `45s`, `2:30`, `1h30`, `3d`.
private func spanLabel(_ seconds: Double, _ step: Double) -> String {
  func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  guard abs(seconds) < 1e12 else { return scientificText(seconds) }
  if step < 1 || (seconds > 0 && seconds < 1) { return fixedText(seconds, decimals: 1) + "s" }
  let whole = Int(seconds.rounded())
  if whole < 60, step < minute { return "\(whole)s" }
  if whole < 3600, step < hour { return "\(whole / 60):" + twoDigits(whole % 60) }
  if whole < 100 * 3600, step < day {
    return "\(whole / 3600)h" + (step < hour ? twoDigits(whole / 60 % 60) : "")
  }
  return "\(whole / 86400)d"
}

/// `14:05`, `14:05:30`, `11-24` of seconds since 1970 in the zone that is shown.
private func clockLabel(_ seconds: Double, _ step: Double) -> String {
  guard abs(seconds) < 1e12 else { return "" }
  let whole = Int(seconds.rounded(.down))
  let days = (whole >= 0 ? whole : whole - 86399) / 86400
  let rest = whole - days * 86400
  if step >= day || rest == 0 { return dateLabel(days) }
  return clockText(rest, withSeconds: step < minute)
}

private func clockText(_ seconds: Int, withSeconds: Bool) -> String {
  func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let text = twoDigits(seconds / 3600) + ":" + twoDigits(seconds / 60 % 60)
  return withSeconds ? text + ":" + twoDigits(seconds % 60) : text
}

/// Month and day of a count of days since 1970 (days from civil, Howard Hinnant's algorithm in reverse).
private func dateLabel(_ days: Int) -> String {
  let shifted = days + 719_468
  let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  let dayOfEra = shifted - era * 146_097
  let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
  let month = (5 * dayOfYear + 2) / 153
  let day = dayOfYear - (153 * month + 2) / 5 + 1
  let calendarMonth = month < 10 ? month + 3 : month - 9
  return (calendarMonth < 10 ? "0" : "") + "\(calendarMonth)-" + (day < 10 ? "0" : "") + "\(day)"
}

/// `11-24 14:05:30` of seconds since 1970, `utcOffset` seconds ahead of UTC.
public func dateTimeText(_ seconds: Double, utcOffset: Double) -> String {
  let local = seconds + utcOffset
  guard local.isFinite, abs(local) < 1e12 else { return "-" }
  let whole = Int(local.rounded(.down))
  let days = (whole >= 0 ? whole : whole - 86399) / 86400
  return dateLabel(days) + " " + clockText(whole - days * 86400, withSeconds: true)
}
