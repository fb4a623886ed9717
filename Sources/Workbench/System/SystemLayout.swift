import Canvas
import Plotting
import RunEvents

/// How the system view is divided, for drawing and for keys that turn pages of charts.
struct SystemLayout {
  private(set) var phases: Rect?
  /// Cores, memory and disk.
  private(set) var resources: Rect?
  private(set) var ranks: Rect?
  private(set) var gpus: Rect?
  /// Runs that go on, where no run is watched.
  private(set) var runs: Rect?
  /// Charts with a line of facts below them.
  private(set) var charts: Rect?

  let names: [SystemMetric]
  private var grid = PaneGrid(Rect(x: 0, y: 0, width: 1, height: 1), count: 1)
  /// Place in `names` of the first chart that is shown.
  private(set) var first = 0

  private static let resourceRows = 10
  private static let leastResourceRows = 5
  private static let mostRuns = 8
  private static let mostLines = 8

  init(_ system: SystemState, in view: RunView) {
    let body = view.body
    self.init(system, in: view, area: Rect(x: 0, y: 0, width: body?.width ?? 1, height: body?.height ?? 1))
  }

  /// - Parameter area: what the parts have to share.
  init(_ system: SystemState, in view: RunView, area: Rect) {
    names = system.chartNames(in: view)
    var rest = area
    func take(_ rows: Int) -> Rect {
      let rows = min(rows, rest.height)
      let taken = Rect(x: rest.x, y: rest.y, width: rest.width, height: rows)
      rest = Rect(x: rest.x, y: rest.y + rows, width: rest.width, height: rest.height - rows)
      return taken
    }
    /// A table, where what comes behind it keeps so many rows.
    func take(lines: Int, leaving reserve: Int) -> Rect? {
      let rows = min(TablePane.rows(min(lines, Self.mostLines)), rest.height - reserve)
      return lines > 0 && rows >= TablePane.rows(1) ? take(rows) : nil
    }
    if !system.isEnlarged {
      let sample = system.sample
      if view.isMonitor {
        let lines = max(sample?.cores.count ?? 0, MemoryPane.amounts(sample).count)
        resources = take(min(max(lines + 2, Self.leastResourceRows), Self.resourceRows))
        gpus = take(lines: GPUsPane.lines(sample), leaving: 0)
        if let live = sample?.runs, !live.isEmpty { runs = take(min(LiveRunsPane.lines(live), Self.mostRuns) + 3) }
      } else {
        phases = take(PhasesPane.rows(view.watched))
        ranks = take(lines: sample?.ranks?.count ?? 0, leaving: Self.leastResourceRows)
        gpus = take(lines: GPUsPane.lines(sample), leaving: Self.leastResourceRows)
        resources = take(rest.height > Self.resourceRows + Self.leastChartRows ? Self.resourceRows : rest.height)
      }
    }
    guard rest.height > Self.leastChartRows || system.isEnlarged else { return }
    charts = rest
    grid = PaneGrid(
      Rect(x: 0, y: 0, width: rest.width, height: rest.height - 1), count: names.count, leastRows: Self.leastChartRows)
    // Pages begin where they would if they were turned one by one.
    first = min(system.first, max(0, names.count - 1)) / panesPerPage * panesPerPage
  }

  /// Rows that a chart is worth drawing in; the facts stand below.
  private static let leastChartRows = 7

  var panesPerPage: Int { grid.panesPerPage }
  var page: Int { first / panesPerPage }
  var pages: Int { max(1, (names.count + panesPerPage - 1) / panesPerPage) }
  var shown: ArraySlice<SystemMetric> { names.dropFirst(first).prefix(panesPerPage) }

  func rect(ofShown index: Int) -> Rect { grid.rect(index) }
}
