import Foundation
import Histories
import Plotting
import RunEvents

extension WorkbenchState {
  /// The horizontal axis that all curves share.
  package var horizontal: HorizontalScale {
    let bounds: ClosedRange<Double>
    switch curves.window {
    case .all: bounds = wholeBounds
    case .fixed(let range): bounds = range
    case .tail(let span):
      // Moves along by eighths, as a plot that moves with every step is painted anew with every step.
      let chunk = span / 8
      let upper = (newestPlace / chunk).rounded(.up) * chunk
      bounds = min(max(wholeBounds.lowerBound, upper - span), upper - chunk)...upper
    }
    return scaled(bounds)
  }

  private func scaled(_ bounds: ClosedRange<Double>) -> HorizontalScale {
    let axis = curves.choices.axis
    let first = axis == .step ? 1 : history.clock.marks.first?[of: axis] ?? 1
    return HorizontalScale(
      bounds, axis: axis, scale: curves.choices.isLogarithmicX ? .logarithmic : .linear,
      leastPositive: max(first, bounds.upperBound * 1e-9), utcOffset: options.utcOffset)
  }

  /// Clocks of all runs that are shown.
  private var clocks: [StepClock] { [history.clock] + curves.overlays.map(\.metrics.clock) }

  /// The last step of any run on the axis.
  var newestPlace: Double {
    let axis = curves.choices.axis
    return clocks.compactMap { clock in clock.last.flatMap { clock.value(of: axis, at: $0.step) } }.max() ?? 0
  }

  /// Everything, with room to grow, so that the axis changes rarely.
  var wholeBounds: ClosedRange<Double> {
    let axis = curves.choices.axis
    let last = clocks.compactMap { $0.last?.step }.max() ?? Double(step)
    let total = Double(max(totalSteps, curves.overlays.map(\.totalSteps).max() ?? 0))
    let steps = screen.stepRange.bounds(step: Int(last), total: Int(total))
    switch axis {
    case .step: return steps
    case .epoch:
      let ends = clocks.compactMap { $0.value(of: .epoch, at: steps.upperBound) }
      return 0...max(ends.max() ?? 1, 1e-9)
    case .relative:
      let ends = clocks.compactMap { clock -> Double? in
        guard screen.stepRange == .wholeRun else { return clock.last?.elapsed }
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

  /// The least of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten above a span.
  func roomy(_ span: Double) -> Double {
    let span = max(span, 1)
    let power = pow(10, log10(span).rounded(.down))
    return [1, 1.5, 2, 3, 4, 6, 8, 10].map { $0 * power }.first { $0 > span } ?? 10 * power
  }

  // MARK: moving

  /// - Parameter place: what stays where it is, as a part of the width; nil: the cursor, or else the newest steps.
  mutating func zoom(inwards: Bool, at place: Double? = nil) -> [WorkbenchEffect] {
    let now = horizontal
    let whole = scaled(wholeBounds).bounds
    // At the newest steps it goes on following them.
    let isAtEnd = place.map { $0 >= now.fraction(newestPlace) ?? 1 } ?? (curves.cursor == nil)
    let isAtTail = isAtEnd && now.scale == .linear && !isFixed
    if isAtTail {
      let span = now.bounds.upperBound - now.bounds.lowerBound
      let next = inwards ? span / 2 : span * 2
      if !inwards, next >= whole.upperBound - whole.lowerBound { return show(.all) }
      return show(.tail(next), else: "no closer: single steps are seen already")
    }
    let cursor = curves.cursor.flatMap(now.fraction).map { min(max(0, $0), 1) }
    let anchor = place ?? cursor ?? (isFixed ? 0.5 : 1)
    let factor = inwards ? 0.5 : 2.0
    let part = now.part(from: anchor - anchor * factor, to: anchor + (1 - anchor) * factor)
    return show(inside(part, whole), else: "no closer: single steps are seen already")
  }

  mutating func pan(by fraction: Double) -> [WorkbenchEffect] {
    guard curves.window != .all else {
      tell("everything is shown: up zooms in", isWarning: true)
      return []
    }
    let now = horizontal
    let whole = wholeBounds
    let span = now.bounds.upperBound - now.bounds.lowerBound
    var moved = now.part(from: fraction, to: 1 + fraction)
    if now.scale == .linear {
      let lower = min(max(moved.lowerBound, whole.lowerBound), max(whole.lowerBound, newestPlace - span / 8))
      moved = lower...(lower + span)
      if fraction > 0, moved.upperBound >= newestPlace { return show(.tail(span)) }
    }
    return show(.fixed(moved))
  }

  mutating func moveCursor(by columns: Int) {
    let now = horizontal
    let width = Double(CurvesLayout(self, area: curvesArea).plotColumns)
    let newest = history.clock.last?[of: curves.choices.axis] ?? newestPlace
    let start = curves.cursor ?? min(newest.isFinite ? newest : newestPlace, now.bounds.upperBound)
    let fraction = now.fraction(start) ?? 1
    let moved = curves.cursor == nil ? fraction : fraction + Double(columns) / width
    curves.cursor = now.value(min(max(0, moved), 1))
  }

  private var isFixed: Bool { if case .fixed = curves.window { true } else { false } }

  private func inside(_ part: ClosedRange<Double>, _ whole: ClosedRange<Double>) -> CurvesWindow {
    let lower = max(part.lowerBound, whole.lowerBound)
    let upper = min(part.upperBound, whole.upperBound)
    let isAll = lower <= whole.lowerBound * (1 + 1e-9) && upper >= whole.upperBound * (1 - 1e-9)
    return isAll || upper <= lower ? .all : .fixed(lower...upper)
  }

  /// Fewest steps that fill the width.
  private static let fewestSteps = 8.0

  mutating func show(_ window: CurvesWindow, else refusal: String = "") -> [WorkbenchEffect] {
    let before = curves.window
    curves.window = window
    guard window != .all else { return [] }
    let bounds = horizontal.bounds
    let axis = curves.choices.axis
    if let first = history.clock.step(at: bounds.lowerBound, of: axis),
      let last = history.clock.step(at: bounds.upperBound, of: axis), last - first < Self.fewestSteps
    {
      curves.window = before
      tell(refusal, isWarning: true)
      return []
    }
    return requestDetails()
  }

  mutating func changeAxis() -> [WorkbenchEffect] {
    let old = curves.choices.axis
    let index = offeredAxes.firstIndex(of: old) ?? -1
    let new = offeredAxes[(index + 1) % offeredAxes.count]
    curves.choices.axis = new
    let clock = history.clock
    func converted(_ x: Double) -> Double? {
      clock.step(at: x, of: old).flatMap { clock.value(of: new, at: $0) }
    }
    curves.cursor = curves.cursor.flatMap(converted)
    switch curves.window {
    case .all: break
    case .fixed(let range):
      if let lower = converted(range.lowerBound), let upper = converted(range.upperBound), lower < upper {
        curves.window = .fixed(lower...upper)
      } else {
        curves.window = .all
      }
    case .tail(let span):
      let end = clock.last?[of: old] ?? .nan
      if let lower = converted(end - span), let upper = converted(end), lower < upper {
        curves.window = .tail(upper - lower)
      } else {
        curves.window = .all
      }
    }
    tell("x axis: \(title(of: new))")
    return []
  }

  // MARK: details

  /// Fewer buckets than this in the window, and the store is asked for more.
  private static let fewestBuckets = 512.0

  /// Steps of a run in the window.
  func visibleSteps(_ metrics: MetricHistory) -> ClosedRange<Int>? {
    let bounds = horizontal.bounds
    let axis = curves.choices.axis
    guard metrics.lastStep > 0, let first = metrics.clock.step(at: bounds.lowerBound, of: axis),
      let last = metrics.clock.step(at: bounds.upperBound, of: axis), first.isFinite, last.isFinite
    else { return nil }
    let end = Double(metrics.lastStep)
    let lower = Int(min(max(1, first.rounded(.down)), end))
    return lower...max(lower, Int(min(max(1, last.rounded(.up)), end)))
  }

  private mutating func requestDetails() -> [WorkbenchEffect] {
    var effects: [WorkbenchEffect] = []
    var runs = curves.overlays.map { ($0.reference, $0.metrics) }
    if let reference { runs.append((reference, history)) }
    for (reference, metrics) in runs {
      guard let visible = visibleSteps(metrics) else { continue }
      let stride = detail(reference, covering: visible)?[.loss].stride ?? metrics[.loss].stride
      guard stride > 1, Double(visible.count) / Double(stride) < Self.fewestBuckets else { continue }
      let margin = visible.count / 2
      effects += request(
        .steps(reference, max(1, visible.lowerBound - margin)...(visible.upperBound + margin)))
    }
    return effects
  }

  func detail(_ reference: RunReference, covering steps: ClosedRange<Int>) -> MetricHistory? {
    guard let detail = curves.details[reference], let range = detail.steps, range.lowerBound <= steps.lowerBound,
      detail.metrics.lastStep >= steps.upperBound
    else { return nil }
    return detail.metrics
  }

  /// What is drawn of a run: its whole history, or the part that the window shows in more detail.
  func drawnMetrics(_ reference: RunReference?, _ metrics: MetricHistory) -> MetricHistory {
    guard curves.window != .all, horizontal.scale == .linear, let reference, let visible = visibleSteps(metrics),
      let detail = detail(reference, covering: visible), detail[.loss].stride < metrics[.loss].stride
    else { return metrics }
    return detail
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
