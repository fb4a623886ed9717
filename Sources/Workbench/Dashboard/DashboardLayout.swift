import Canvas

/// How the panes of the dashboard are arranged, for the view that draws them and for what moves the borders between
/// them.
struct DashboardLayout {
  /// Sizes below which a pane would show next to nothing.
  private static let least = (loss: 30, mask: 28, metrics: 31, events: 30, upper: 8, lower: 6)

  private(set) var panes: [(pane: DashboardPane, rect: Rect)] = []
  /// The cells of every line that can be moved: the frames of the panes on both sides.
  private(set) var borders: [(border: DashboardBorder, rect: Rect)] = []
  /// The sides of the area that a border divides, and where.
  private var places: [(border: DashboardBorder, place: Int, total: Int, range: ClosedRange<Int>)] = []

  /// On the screen as it is.
  init(_ dashboard: DashboardState, in view: RunView) { self.init(dashboard, in: view, area: view.dashboardArea) }

  /// - Parameter area: what the panes have to share.
  init(_ dashboard: DashboardState, in view: RunView, area: Rect) {
    if dashboard.isAlone, let focus = dashboard.focus {
      panes = [(focus, area)]
      return
    }
    let shown = DashboardPane.allCases.filter { !dashboard.choices.hidden.contains($0) }
    let (above, below) = (shown.filter(\.isUpper), shown.filter { !$0.isUpper })
    var (upper, lower) = (area, area)
    if !above.isEmpty, !below.isEmpty {
      let height = divide(
        .middle, area.height, share: dashboard.choices.upper,
        first: area.height - max(8, min(21, area.height * 2 / 5)), least: (Self.least.upper, Self.least.lower))
      upper.height = height
      lower = Rect(x: area.x, y: area.y + height, width: area.width, height: area.height - height)
      borders.append((.middle, Rect(x: area.x, y: lower.y - 1, width: area.width, height: 2)))
    }
    let mask = MaskPane.columns(rows: upper.height, of: area.width, grid: view.run?.grid ?? [])
    place(
      above, in: upper, .upper, share: dashboard.choices.loss, first: area.width - mask,
      least: (Self.least.loss, Self.least.mask))
    place(
      below, in: lower, .lower, share: dashboard.choices.metrics, first: max(31, min(64, area.width * 3 / 8)),
      least: (Self.least.metrics, Self.least.events))
  }

  private mutating func place(
    _ row: [DashboardPane], in rect: Rect, _ border: DashboardBorder, share: Double?, first: Int, least: (Int, Int)
  ) {
    guard let left = row.first, let right = row.dropFirst().first else {
      panes += row.map { ($0, rect) }
      return
    }
    let width = divide(border, rect.width, share: share, first: first, least: least)
    let x = rect.x + width
    panes.append((left, Rect(x: rect.x, y: rect.y, width: width, height: rect.height)))
    panes.append((right, Rect(x: x, y: rect.y, width: rect.width - width, height: rect.height)))
    borders.append((border, Rect(x: x - 1, y: rect.y + 1, width: 2, height: rect.height - 2)))
  }

  /// Cells of the first of two parts.
  private mutating func divide(
    _ border: DashboardBorder, _ total: Int, share: Double?, first: Int, least: (Int, Int)
  ) -> Int {
    let range = min(least.0, total)...max(min(least.0, total), total - least.1)
    let place = share.map { min(max(Int(($0 * Double(total)).rounded()), range.lowerBound), range.upperBound) } ?? first
    places.append((border, place, total, range))
    return place
  }

  /// Cells before a border; nil where there is none.
  func place(of border: DashboardBorder) -> Int? { places.first { $0.border == border }?.place }

  /// The share that brings a border to a place, or as near as the panes stay usable.
  func share(_ border: DashboardBorder, at place: Int) -> Double? {
    guard let entry = places.first(where: { $0.border == border }), entry.total > 0 else { return nil }
    return Double(min(max(place, entry.range.lowerBound), entry.range.upperBound)) / Double(entry.total)
  }
}

extension RunView {
  /// The part of the screen that the panes of the dashboard share: below the line of progress.
  var dashboardArea: Rect {
    guard let body else { return Rect(x: 0, y: 0, width: 1, height: 1) }
    return Rect(x: body.x, y: body.y + 1, width: body.width, height: body.height - 1)
  }
}
