import Foundation
import Histories

/// How noise is taken from a curve.
public enum CurveSmoothing: String, CaseIterable, Codable, Equatable, Sendable {
  /// A moving average whose half-life is a part of what is shown, so that a curve lies on its points at any length.
  case automatic
  /// The points as they are.
  case off
  /// Weights of ``Series/smoothingWeights``, whatever is shown.
  case light = ".9"
  case medium = ".98"
  case strong = ".995"

  /// Half-life of the automatic average, as a part of the steps shown.
  public static let share = 0.02

  /// Index into ``Series/smoothingWeights``; nil where the weight follows what is shown.
  public var level: Int? {
    switch self {
    case .automatic: nil
    case .off: 0
    case .light: 1
    case .medium: 2
    case .strong: 3
    }
  }

  /// The weight of a fixed level.
  public init(level: Int) {
    self = Self.allCases.first { $0.level == level } ?? .strong
  }

  /// The automatic average for a part of an axis.
  ///
  /// - Parameters:
  ///   - clock: places the steps on the axis; needed for every axis but steps.
  ///   - restarts: ascending steps with which it begins anew.
  /// - Returns: nil where the axis has no steps.
  public static func average(
    over horizontal: HorizontalScale, clock: StepClock?, restarts: [Double] = []
  ) -> HalfLifeAverage? {
    if horizontal.scale == .logarithmic {
      let width = log(horizontal.bounds.upperBound / horizontal.bounds.lowerBound)
      return HalfLifeAverage(halfLife: share * width, isLogarithmic: true, restarts: restarts)
    }
    func step(_ x: Double) -> Double? { horizontal.axis == .step ? x : clock?.step(at: x, of: horizontal.axis) }
    guard let first = step(horizontal.bounds.lowerBound), let last = step(horizontal.bounds.upperBound) else {
      return nil
    }
    return HalfLifeAverage(halfLife: share * max(0, last - first), restarts: restarts)
  }

  /// `off`, `.98`, `.962`: the weight that each step leaves to those before it; `2%` where it depends on the step.
  public func text(over horizontal: HorizontalScale, clock: StepClock?) -> String {
    guard self == .automatic else { return rawValue }
    let weight = Self.average(over: horizontal, clock: clock).flatMap(\.weight)
    return weight.map(weightText) ?? fixedText(100 * Self.share, decimals: 0) + "%"
  }
}

/// A weight with one or two digits of what it lacks to 1: `.71`, `.962`, `.9965`.
private func weightText(_ weight: Double) -> String {
  let lacking = 1 - weight
  guard lacking > 0 else { return "1" }
  let text = fixedText(weight, decimals: min(9, 1 + max(1, Int((-log10(lacking)).rounded(.up)))))
  return text.hasPrefix("0.") ? String(text.dropFirst()) : text
}
