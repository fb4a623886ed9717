import Histories
import Plotting
import RunEvents

/// Zooming, panning, the cursor.
extension CurvesState {
  /// - Parameter place: what stays where it is, as a part of the width; nil: the cursor, or else the newest steps.
  mutating func zoom(inwards: Bool, at place: Double? = nil, in view: RunView) -> Outcome {
    let now = horizontal(in: view)
    let whole = scaled(wholeBounds(in: view), in: view).bounds
    // At the newest steps it goes on following them.
    let isAtEnd = place.map { $0 >= now.fraction(newestPlace(in: view)) ?? 1 } ?? (self.cursor == nil)
    let isAtTail = isAtEnd && now.scale == .linear && !isFixed
    if isAtTail {
      let span = now.bounds.upperBound - now.bounds.lowerBound
      let next = inwards ? span / 2 : span * 2
      if !inwards, next >= whole.upperBound - whole.lowerBound { return show(.all, in: view) }
      return show(.tail(next), in: view, else: "no closer: single steps are seen already")
    }
    let cursor = self.cursor.flatMap(now.fraction).map { min(max(0, $0), 1) }
    let anchor = place ?? cursor ?? (isFixed ? 0.5 : 1)
    let factor = inwards ? 0.5 : 2.0
    let part = now.part(from: anchor - anchor * factor, to: anchor + (1 - anchor) * factor)
    return show(inside(part, whole), in: view, else: "no closer: single steps are seen already")
  }

  mutating func pan(by fraction: Double, in view: RunView) -> Outcome {
    guard window != .all else { return .tell("everything is shown: up zooms in", isWarning: true) }
    let now = horizontal(in: view)
    let whole = wholeBounds(in: view)
    let newest = newestPlace(in: view)
    let span = now.bounds.upperBound - now.bounds.lowerBound
    var moved = now.part(from: fraction, to: 1 + fraction)
    if now.scale == .linear {
      let lower = min(max(moved.lowerBound, whole.lowerBound), max(whole.lowerBound, newest - span / 8))
      moved = lower...(lower + span)
      if fraction > 0, moved.upperBound >= newest { return show(.tail(span), in: view) }
    }
    return show(.fixed(moved), in: view)
  }

  mutating func moveCursor(by columns: Int, in view: RunView) {
    let now = horizontal(in: view)
    let width = Double(CurvesLayout(self, in: view).plotColumns)
    let newest = view.watched.history.clock.last?[of: choices.axis] ?? newestPlace(in: view)
    let start = cursor ?? min(newest.isFinite ? newest : newestPlace(in: view), now.bounds.upperBound)
    let fraction = now.fraction(start) ?? 1
    let moved = cursor == nil ? fraction : fraction + Double(columns) / width
    cursor = now.value(min(max(0, moved), 1))
  }

  private var isFixed: Bool { if case .fixed = window { true } else { false } }

  private func inside(_ part: ClosedRange<Double>, _ whole: ClosedRange<Double>) -> CurvesWindow {
    let lower = max(part.lowerBound, whole.lowerBound)
    let upper = min(part.upperBound, whole.upperBound)
    let isAll = lower <= whole.lowerBound * (1 + 1e-9) && upper >= whole.upperBound * (1 - 1e-9)
    return isAll || upper <= lower ? .all : .fixed(lower...upper)
  }

  /// Fewest steps that fill the width.
  private static let fewestSteps = 8.0

  /// - Parameter refusal: what is said if the window would hold too few steps; it stays as it was then.
  mutating func show(_ window: CurvesWindow, in view: RunView, else refusal: String = "") -> Outcome {
    let before = self.window
    self.window = window
    guard window != .all else { return .nothing }
    let bounds = horizontal(in: view).bounds
    let axis = choices.axis
    let clock = view.watched.history.clock
    if let first = clock.step(at: bounds.lowerBound, of: axis),
      let last = clock.step(at: bounds.upperBound, of: axis), last - first < Self.fewestSteps
    {
      self.window = before
      return .tell(refusal, isWarning: true)
    }
    return requestDetails(in: view)
  }

  mutating func changeAxis(in view: RunView) -> Outcome {
    let old = choices.axis
    let index = view.offeredAxes.firstIndex(of: old) ?? -1
    let new = view.offeredAxes[(index + 1) % view.offeredAxes.count]
    choices.axis = new
    let clock = view.watched.history.clock
    func converted(_ x: Double) -> Double? {
      clock.step(at: x, of: old).flatMap { clock.value(of: new, at: $0) }
    }
    cursor = cursor.flatMap(converted)
    switch window {
    case .all: break
    case .fixed(let range):
      if let lower = converted(range.lowerBound), let upper = converted(range.upperBound), lower < upper {
        window = .fixed(lower...upper)
      } else {
        window = .all
      }
    case .tail(let span):
      let end = clock.last?[of: old] ?? .nan
      if let lower = converted(end - span), let upper = converted(end), lower < upper {
        window = .tail(upper - lower)
      } else {
        window = .all
      }
    }
    return .tell("x axis: \(view.title(of: new))")
  }

  /// The newest part, which follows the run.
  mutating func follow(in view: RunView) -> Outcome {
    let bounds = horizontal(in: view).bounds
    let span = bounds.upperBound - bounds.lowerBound
    cursor = nil
    guard !choices.isLogarithmicX else { return show(.all, in: view) }
    return show(window == .all ? .tail(span / 4) : .tail(span), in: view)
  }
}
