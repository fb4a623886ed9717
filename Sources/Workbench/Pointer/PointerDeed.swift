/// What the mouse asks of the other children. A key can do each of these too.
enum PointerDeed: Equatable {
  case press(Key)
  /// A click on a line of the foremost list.
  case choose(line: Int, isDouble: Bool)
  case focus(PointerPane)
  /// The pane alone, or all again.
  case enlarge(PointerPane)
  /// The read-out cursor, at a part of the plot's width.
  case cursor(Double)
  /// A border of the dashboard, counted from the upper left corner of its panes.
  case move(DashboardBorder, to: Int)
  /// `at`: what stays where it is, as a part of the plot's width.
  case zoom(inwards: Bool, at: Double?)
}
