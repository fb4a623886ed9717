import Canvas
import Histories

/// One series in a plot.
package struct Curve: Sendable {
  package var series: Series
  /// Places the steps of the series on the axis; needed for every axis but steps.
  package var clock: StepClock?
  /// Index into ``Series/smoothingWeights``.
  package var smoothing: Int
  /// The role of the smoothed curve from a step on, in order of steps.
  package var segments: [(from: Double, role: Role)]
  /// Whether single points, or the range from least to greatest where many share a column, stand behind the curve.
  package var showsPoints: Bool
  /// Whether the smoothed curve is drawn.
  package var showsLine = true
  /// Stands on the curve here and there, so that curves can be told apart without colours.
  package var letter: Character?
  /// Whether the curve is thicker than points and other curves.
  package var isThick = true
  /// Whether each point is marked: for series of few points.
  package var marksPoints = false

  package init(
    _ series: Series, smoothing: Int, segments: [(from: Double, role: Role)] = [], showsPoints: Bool = true
  ) {
    self.series = series
    self.smoothing = min(max(0, smoothing), Series.smoothingWeights.count - 1)
    self.segments = segments
    self.showsPoints = showsPoints
  }

  func role(at step: Double) -> Role {
    segments.last { $0.from <= step }?.role ?? .curveSmooth
  }
}

/// Something that happened at a place on the horizontal axis.
package struct PlotMarker: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// A dashed line over the whole height with its label beside it.
    case line
    /// A letter on the horizontal axis; the label is not shown.
    case tick(Character)
  }

  package var x: Double
  package var label: String
  package var role: Role
  package var kind: Kind

  package init(x: Double, label: String, role: Role = .marker, kind: Kind = .line) {
    self.x = x
    self.label = label
    self.role = role
    self.kind = kind
  }
}
