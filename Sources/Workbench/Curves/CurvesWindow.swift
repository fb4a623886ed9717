/// The part of the horizontal axis that is shown, in its own units.
package enum CurvesWindow: Equatable, Sendable {
  /// Everything.
  case all
  /// So much of it before the newest step; moves along with the run.
  case tail(Double)
  case fixed(ClosedRange<Double>)
}
