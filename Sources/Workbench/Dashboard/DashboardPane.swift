/// A part of the dashboard with a frame of its own.
package enum DashboardPane: String, CaseIterable, Codable, Sendable {
  case loss, mask, metrics, events

  /// Whether it stands in the upper of the two rows.
  var isUpper: Bool { self == .loss || self == .mask }

  /// The line beside it that can be moved.
  var sideBorder: DashboardBorder { isUpper ? .upper : .lower }
}

/// A line between panes that can be moved.
enum DashboardBorder: Equatable, Sendable {
  /// Between loss and mask, and between metrics and events.
  case upper, lower
  /// Between the two rows.
  case middle
}
