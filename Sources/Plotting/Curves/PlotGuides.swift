/// What leads the eye from the labels of the axes through a plot.
public enum PlotGuides: String, CaseIterable, Codable, Sendable {
  case off
  /// A faint line at every label of the vertical axis.
  case lines
  /// A point wherever labels of both axes cross.
  case dots
}
