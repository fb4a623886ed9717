import Canvas
import Histories
import Plotting
import RunEvents

/// The whole session as a tree, what may change marked, and how the run is doing beside it.
struct ConfigView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let conditions = state.watched.health.notices.count
    if canvas.columns >= 110 {
      let left = canvas.columns * 3 / 5
      canvas.within(Rect(x: 0, y: 0, width: left, height: canvas.rows)) { drawTree(on: &$0) }
      canvas.within(Rect(x: left, y: 0, width: canvas.columns - left, height: canvas.rows)) { drawHealth(on: &$0) }
      return
    }
    let health = canvas.rows >= 14 ? min(4 + conditions, 7) : 0
    let height = canvas.rows - health
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: height)) { drawTree(on: &$0) }
    if health > 0 {
      canvas.within(Rect(x: 0, y: height, width: canvas.columns, height: health)) { drawHealth(on: &$0) }
    }
  }

  private func drawTree(on canvas: inout Canvas) {
    let config = state.config
    let live = config.values.count { $0.edit != nil }
    let all = config.showsLiveOnly ? live : config.values.count
    let shown = config.shownValues.count
    var title = [
      Span("session ", .title, .bold),
      Span(
        (shown < all ? "\(shown) of " : "") + counted(all, "value") + (config.showsLiveOnly ? " that may change" : ""),
        .dim),
    ]
    if !config.filter.isEmpty { title.append(Span(" /" + sanitised(config.filter), .accent)) }
    context.pane(
      canvas.bounds, title: title, trailing: [Span(state.isLive ? "* may change now" : "the run has ended", .dim)],
      isFocused: true, on: &canvas
    ) { inside in
      let rows = config.rows
      guard !rows.isEmpty else {
        let text =
          config.filter.isEmpty
          ? "the session is shown once the run has started" : "no value holds these words: esc shows all"
        inside.write(text, x: 1, y: 0, .dim)
        return
      }
      let rect = Rect(x: 0, y: 0, width: inside.columns, height: max(1, inside.rows - 1))
      let selected = min(max(0, config.selected), rows.count - 1)
      context.list(rows, marked: selected, in: rect, on: &inside) { draw($0, $1, on: &$2) }
      drawHint(config.selectedRow, y: inside.rows - 1, on: &inside)
    }
  }

  private func draw(_ row: ConfigState.Row, _ line: MarkedLine, on canvas: inout Canvas) {
    switch row {
    case .section(let name, let depth):
      canvas.write(context.fit(sanitised(name), canvas.columns - 3 - 2 * depth), x: 3 + 2 * depth, y: 0, .title, .bold)
    case .value(let value, let name, let depth):
      if value.edit != nil { canvas.write("*", x: 1, y: 0, style: line.style(.accent, .bold)) }
      let x = 3 + 2 * depth
      let column = max(x + 12, min(30, canvas.columns / 2))
      canvas.write(context.fit(sanitised(name), column - x - 1), x: x, y: 0, style: line.style(.dim))
      var text = sanitised(value.value)
      if value.key == "optimizer.learning_rate", let peak = state.peakRate {
        text += "  (peaks at \(scientificText(peak, digits: 3)))"
      }
      if let start = state.config.start[value.key], start != value.value { text += "  (was \(sanitised(start)))" }
      canvas.write(context.fit(text, canvas.columns - column - 1), x: column, y: 0, style: line.style(.text))
    }
  }

  private func drawHint(_ row: ConfigState.Row?, y: Int, on canvas: inout Canvas) {
    guard case .value(let value, _, _)? = row else { return }
    let text =
      state.isLive
      ? value.edit.map { "enter changes \(value.key): \($0.allowed)" } ?? "\(value.key) is fixed once a run has begun"
      : value.key
    canvas.write(context.fit(sanitised(text), canvas.columns - 2), x: 1, y: y, .dim)
  }

  private func drawHealth(on canvas: inout Canvas) {
    let health = state.watched.health
    let word =
      health.notices.isEmpty
      ? Span("nothing wrong", .good) : Span(counted(health.notices.count, "warning"), .bad, .bold)
    context.pane(canvas.bounds, title: [Span("health ", .title, .bold), word], on: &canvas) { inside in
      var lines: [(String, Role)] = []
      for notice in health.notices {
        lines.append(("! " + notice.cause, notice.condition == .plateau ? .warning : .bad))
        if !notice.advice.isEmpty { lines.append(("  " + notice.advice, .text)) }
      }
      if let spread = health.spread {
        let deviation = fixedText(spread.deviation, decimals: 2)
        let rank = fixedText(spread.effectiveRank, decimals: 1)
        lines.append(
          (
            "features of step \(spread.step): deviation \(deviation), effective rank \(rank) of \(spread.rankLimit)",
            .dim
          ))
      } else {
        lines.append(("the student's features have not been looked at yet", .dim))
      }
      lines.append(("watched: loss (plateau, divergence, nan), features, data loader, disk", .dim))
      let width = inside.columns - 2
      // Whole sentences where there is room for them.
      let whole = lines.flatMap { line in wrapped(sanitised(line.0), width).map { ($0, line.1) } }
      for (row, line) in (whole.count <= inside.rows ? whole : lines).prefix(inside.rows).enumerated() {
        inside.write(context.fit(sanitised(line.0), width), x: 1, y: row, line.1)
      }
    }
  }
}
