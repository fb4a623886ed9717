import Canvas
import Histories

/// One series in a plot.
public struct Curve: Sendable {
  public var series: Series
  /// Places the steps of the series on the axis; needed for every axis but steps.
  public var clock: StepClock?
  public var smoothing: CurveSmoothing
  /// Ascending steps with which what is measured changes: automatic smoothing begins anew there.
  public var restarts: [Double] = []
  /// The role of the smoothed curve from a step on, in order of steps.
  public var segments: [(from: Double, role: Role)]
  /// Whether single points, or the range from least to greatest where many share a column, stand behind the curve.
  public var showsPoints: Bool
  /// Whether the smoothed curve is drawn.
  public var showsLine = true
  /// Stands on the curve here and there, so that curves can be told apart without colours.
  public var letter: Character?
  /// Whether the curve is thicker than points and other curves.
  public var isThick = true
  /// Whether each point is marked: for series of few points.
  public var marksPoints = false

  public init(
    _ series: Series, smoothing: CurveSmoothing, segments: [(from: Double, role: Role)] = [], showsPoints: Bool = true
  ) {
    self.series = series
    self.smoothing = smoothing
    self.segments = segments
    self.showsPoints = showsPoints
  }

  func role(at step: Double) -> Role {
    segments.last { $0.from <= step }?.role ?? .curveSmooth
  }
}

/// Something that happened at a place on the horizontal axis.
public struct PlotMarker: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// A dashed line over the whole height with its label beside it.
    case line
    /// A letter on the horizontal axis; the label is not shown.
    case tick(Character)
  }

  public var x: Double
  public var label: String
  public var role: Role
  public var kind: Kind

  public init(x: Double, label: String, role: Role = .marker, kind: Kind = .line) {
    self.x = x
    self.label = label
    self.role = role
    self.kind = kind
  }
}
