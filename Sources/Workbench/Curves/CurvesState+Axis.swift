import Foundation
import Histories
import Plotting
import RunEvents

extension CurvesState {
  /// The horizontal axis that all curves share.
  func horizontal(in view: RunView) -> HorizontalScale {
    let bounds: ClosedRange<Double>
    switch window {
    case .all: bounds = wholeBounds(in: view)
    case .fixed(let range): bounds = range
    case .tail(let span):
      // Moves along by eighths, as a plot that moves with every step is painted anew with every step.
      let chunk = span / 8
      let upper = (newestPlace(in: view) / chunk).rounded(.up) * chunk
      bounds = min(max(wholeBounds(in: view).lowerBound, upper - span), upper - chunk)...upper
    }
    return scaled(bounds, in: view)
  }

  func scaled(_ bounds: ClosedRange<Double>, in view: RunView) -> HorizontalScale {
    let axis = choices.axis
    let first = axis == .step ? 1 : view.watched.history.clock.marks.first?[of: axis] ?? 1
    return HorizontalScale(
      bounds, axis: axis, scale: choices.isLogarithmicX ? .logarithmic : .linear,
      leastPositive: max(first, bounds.upperBound * 1e-9), utcOffset: view.options.utcOffset)
  }

  /// Clocks of all runs that are shown.
  private func clocks(in view: RunView) -> [StepClock] { [view.watched.history.clock] + overlays.map(\.metrics.clock) }

  /// The last step of any run on the axis.
  func newestPlace(in view: RunView) -> Double {
    let axis = choices.axis
    return clocks(in: view).compactMap { clock in clock.last.flatMap { clock.value(of: axis, at: $0.step) } }.max() ?? 0
  }

  /// Everything, with room to grow, so that the axis changes rarely.
  func wholeBounds(in view: RunView) -> ClosedRange<Double> {
    let axis = choices.axis
    let clocks = clocks(in: view)
    let last = clocks.compactMap { $0.last?.step }.max() ?? Double(view.watched.step)
    let total = Double(max(view.watched.totalSteps, overlays.map(\.totalSteps).max() ?? 0))
    let steps = view.screen.stepRange.bounds(step: Int(last), total: Int(total))
    switch axis {
    case .step: return steps
    case .epoch:
      let ends = clocks.compactMap { $0.value(of: .epoch, at: steps.upperBound) }
      return 0...max(ends.max() ?? 1, 1e-9)
    case .relative:
      let ends = clocks.compactMap { clock -> Double? in
        guard view.screen.stepRange == .wholeRun else { return clock.last?.elapsed }
        return clock.value(of: .relative, at: steps.upperBound)
      }
      return 0...roomy(ends.filter(\.isFinite).max() ?? 0)
    case .wall:
      let starts = clocks.compactMap { $0.marks.first?.time }.filter(\.isFinite)
      let ends = clocks.compactMap { $0.last?.time }.filter(\.isFinite)
      guard let start = starts.min(), let end = ends.max() else { return 0...1 }
      return start...(start + roomy(max(0, end - start)))
    }
  }
}

extension StepClock.Mark {
  subscript(of axis: TimeAxis) -> Double {
    switch axis {
    case .step: step
    case .epoch: epoch
    case .relative: elapsed
    case .wall: time
    }
  }
}
