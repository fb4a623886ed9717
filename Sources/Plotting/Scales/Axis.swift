import Foundation
import Histories

public enum AxisScale: Equatable, Sendable { case linear, logarithmic }

/// How the values of an axis are written.
public enum AxisLabels: Equatable, Sendable {
  /// `0.15`, `1200`, `1.2e6`.
  case numbers
  /// Times a factor, with a suffix, the same for a whole axis: `57%`; `0`, `0.5G`, `1.5G`.
  case scaled(by: Double, suffix: String)
}

public struct Tick: Equatable, Sendable {
  public var value: Double
  public var label: String
}

/// A vertical axis: where a value lies between the bottom (0) and the top (1), and what its ticks are called.
///
/// The bounds lie on ticks, so that they move only when the data cross a tick.
public struct Axis: Equatable, Sendable {
  public let scale: AxisScale
  public let lower: Double
  public let upper: Double
  public let ticks: [Tick]

  /// - Parameters:
  ///   - values: what has to be shown; widened where it is empty or not positive under a logarithmic scale.
  ///   - tickCount: most ticks.
  public init(
    showing values: ClosedRange<Double>, scale: AxisScale, tickCount: Int, labels: AxisLabels = .numbers
  ) {
    self.scale = scale
    let most = max(2, tickCount)
    switch scale {
    case .linear:
      (lower, upper, ticks) = Self.linearTicks(values, most: most, labels)
    case .logarithmic:
      (lower, upper, ticks) = Self.logarithmicTicks(Self.positive(values), most: most, labels)
    }
  }

  init(from lower: Double, to upper: Double, scale: AxisScale, ticks: [Tick] = []) {
    (self.scale, self.lower, self.upper, self.ticks) = (scale, lower, upper, ticks)
  }

  /// 0 at the lower bound and 1 at the upper; outside of 0...1 beyond them, nil if the scale has no such value.
  public func position(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch scale {
    case .linear: return (value - lower) / (upper - lower)
    case .logarithmic:
      guard value > 0 else { return nil }
      return log(value / lower) / log(upper / lower)
    }
  }

  private static let leastRelativeSpan = 0.02

  /// Bounds lie on multiples of a fine step, so that little of the height stays empty; ticks on those of a coarse one.
  private static func linearTicks(
    _ values: ClosedRange<Double>, most: Int, _ labels: AxisLabels
  ) -> (Double, Double, [Tick]) {
    let values = widened(values)
    let span = values.upperBound - values.lowerBound
    let fine = niceStep(atLeast: span / Double(2 * most + 2))
    var first = (values.lowerBound / fine + 1e-9).rounded(.down)
    var last = (values.upperBound / fine - 1e-9).rounded(.up)
    if last <= first {
      first -= 1
      last = first + 2
    }
    let lower = first * fine
    let upper = last * fine
    var step = niceStep(atLeast: (upper - lower) / Double(most))
    var inside = multiples(of: step, from: lower, through: upper)
    while inside.count > most {
      step = niceStep(atLeast: step * 1.01)
      inside = multiples(of: step, from: lower, through: upper)
    }
    return (lower, upper, ticks(inside, step: step, labels))
  }

  /// A constant series lies in the middle, between ticks that can be told apart.
  static func widened(_ values: ClosedRange<Double>) -> ClosedRange<Double> {
    let magnitude = max(abs(values.lowerBound), abs(values.upperBound))
    let least = magnitude > 0 ? magnitude * leastRelativeSpan : 1
    let middle = (values.lowerBound + values.upperBound) / 2
    return values.upperBound - values.lowerBound >= least ? values : (middle - least / 2)...(middle + least / 2)
  }

  /// What a logarithmic scale can show.
  static func positive(_ values: ClosedRange<Double>) -> ClosedRange<Double> {
    let least = max(values.lowerBound, values.upperBound * 1e-12, 1e-300)
    return least...max(values.upperBound, least)
  }

  static func ticks(_ values: [Double], step: Double, _ labels: AxisLabels) -> [Tick] {
    switch labels {
    case .numbers: labelled(values, step: step)
    case .scaled(let factor, let suffix):
      zip(values, labelled(values.map { $0 * factor }, step: step * factor)).map {
        Tick(value: $0, label: abs($0) < step / 2 ? "0" : $1.label + suffix)
      }
    }
  }

  /// The least of 1, 2, 5 times a power of ten that is no less than `width`.
  private static func niceStep(atLeast width: Double) -> Double {
    let power = pow(10, log10(width).rounded(.down))
    return [1, 2, 5].map { $0 * power }.first { $0 >= width * (1 - 1e-9) } ?? 10 * power
  }

  private static func multiples(of step: Double, from lower: Double, through upper: Double) -> [Double] {
    let first = (lower / step - 1e-6).rounded(.up)
    let last = (upper / step + 1e-6).rounded(.down)
    return Swift.stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private static func exponent(_ value: Double) -> Int { Int((log10(value) + 1e-9).rounded(.down)) }

  private static func labelled(_ values: [Double], step: Double) -> [Tick] {
    let magnitude = max(values.map(abs).max() ?? 0, step)
    // 0.00015 and 1200000 would not fit beside a plot.
    guard magnitude < 1e-2 || magnitude >= 1e5 else {
      return values.map { Tick(value: $0, label: fixedText($0, decimals: max(0, -exponent(step)))) }
    }
    let digits = min(5, exponent(magnitude) - exponent(step) + 1)
    return values.map { value in
      let label = abs(value) < step / 2 ? "0" : scientificText(value, digits: digits)
      return Tick(value: value, label: label)
    }
  }

  private static func logarithmicTicks(
    _ values: ClosedRange<Double>, most: Int, _ labels: AxisLabels
  ) -> (Double, Double, [Tick]) {
    let decades = log10(values.upperBound / values.lowerBound)
    let factors: [Double] = decades > 2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5]
    let firstDecade = Int((log10(values.lowerBound) + 1e-9).rounded(.down))
    let lastDecade = Int((log10(values.upperBound) - 1e-9).rounded(.up))
    var stops: [Double] = []
    for decade in firstDecade...max(firstDecade + 1, lastDecade) {
      for factor in factors { stops.append(Double("\(Int(factor))e\(decade)") ?? factor * pow(10, Double(decade))) }
    }
    let lower = stops.last { $0 <= values.lowerBound * (1 + 1e-9) } ?? stops[0]
    let upper = stops.first { $0 >= values.upperBound * (1 - 1e-9) && $0 > lower } ?? lower * 10
    let inside = stops.filter { $0 >= lower && $0 <= upper }
    let skip = (inside.count + most - 1) / most
    let ticks = inside.enumerated().filter { $0.offset % skip == 0 }.map { _, value in
      Tick(value: value, label: logarithmicLabel(value, labels))
    }
    return (lower, upper, ticks)
  }

  static func logarithmicLabel(_ value: Double, _ labels: AxisLabels) -> String {
    switch labels {
    case .numbers: logarithmicLabel(value)
    case .scaled(let factor, let suffix): logarithmicLabel(value * factor) + suffix
    }
  }

  private static func logarithmicLabel(_ value: Double) -> String {
    if value >= 1e4 || value < 0.009 { return scientificText(value, digits: 1) }
    return fixedText(value, decimals: value < 0.09 ? 2 : value < 0.9 ? 1 : 0)
  }
}

/// Ticks at steps: whole numbers in 1, 2, 5 times a power of ten, each label with `gap` blanks around it.
public func stepTicks(_ range: ClosedRange<Double>, columns: Int, gap: Int = 4) -> [Tick] {
  let span = range.upperBound - range.lowerBound
  guard span > 0, columns > 0 else { return [] }
  var power = 1.0
  while true {
    for factor in [1.0, 2, 5] {
      let step = factor * power
      let count = (span / step).rounded(.down) + 1
      if count > 64 { continue }
      let ticks = Swift.stride(from: (range.lowerBound / step).rounded(.up) * step, through: range.upperBound, by: step)
        .map { Tick(value: $0, label: countText($0)) }
      let widest = ticks.map(\.label.count).max() ?? 0
      if Double(widest + gap) <= Double(columns) * step / span || ticks.count <= 2 { return ticks }
    }
    power *= 10
    if power > 1e15 { return [] }
  }
}
