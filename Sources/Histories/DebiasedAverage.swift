import Foundation

/// An exponential moving average without the pull towards zero that its first values have.
///
/// With weight `w`, the average after `n` values is `(1 - w) * sum(w^(n-i) * x_i) / (1 - w^n)`. It is kept as a running
/// correction, so that a constant series stays exactly constant. Values that are not finite are left out.
public struct DebiasedAverage: Equatable, Sendable {
  /// At 1 the average would never move.
  public static let greatestWeight = 0.999

  public let weight: Double
  public private(set) var value = 0.0
  /// `1 - w^n`; 0 before the first value.
  private(set) var mass = 0.0

  public init(weight: Double) {
    self.weight = weight.isNaN ? 0 : min(max(0, weight), Self.greatestWeight)
  }

  /// An average that has seen `count` finite values and stands at `value`.
  public init(weight: Double, value: Double, count: Int) {
    self.init(weight: weight)
    guard count > 0, value.isFinite else { return }
    self.value = value
    mass = 1 - pow(self.weight, Double(count))
  }

  /// As it was left.
  init(weight: Double, value: Double, mass: Double) {
    self.init(weight: weight)
    guard value.isFinite, (0...1).contains(mass) else { return }
    (self.value, self.mass) = (value, mass)
  }

  @discardableResult
  public mutating func add(_ sample: Double) -> Double {
    guard sample.isFinite else { return value }
    mass = weight * mass + (1 - weight)
    value += (sample - value) * ((1 - weight) / mass)
    return value
  }

  /// The weighted mean of the newest `count` values, from the average as it was before they came.
  func mean(ofNewest count: Int, before: DebiasedAverage) -> Double {
    let kept = pow(weight, Double(count))
    return (value * mass - before.value * before.mass * kept) / (1 - kept)
  }
}
