/// What a person did with the panes of the dashboard.
package struct DashboardState: Equatable, Sendable {
  package internal(set) var choices = DashboardChoices()
  /// The pane that the keys are for; nil: none yet.
  package internal(set) var focus: DashboardPane?
  /// Whether that pane fills the view.
  package internal(set) var isAlone = false
}
