/// The range of steps that a plot shows. It stays as it is for many steps, as a range that moves with every step
/// redraws the whole plot.
public enum StepRange: String, CaseIterable, Sendable {
  /// A half, a quarter, ... of the run: the least that holds all steps so far.
  case soFar = "so far"
  /// From 0 to the last step that is planned.
  case wholeRun = "whole run"

  /// Steps that are shown even before the first one.
  static let fewestSteps = 16.0

  /// - Parameter total: planned steps; 0 if that is not known, the range then grows by doubling.
  public func bounds(step: Int, total: Int) -> ClosedRange<Double> {
    let step = Double(max(0, step))
    let total = Double(total)
    guard total >= 1 else {
      var upper = 64.0
      while upper < step { upper *= 2 }
      return 0...upper
    }
    // A run may go on after its planned end.
    var upper = max(total, step)
    if self == .soFar {
      while upper / 2 >= step, upper / 2 >= Self.fewestSteps { upper /= 2 }
    }
    return 0...upper
  }
}
