import Canvas
import Histories
import Plotting

/// What the machine did, in a line each, below the panes of what is learned.
struct MachineStrip {
  let context: ViewContext
  let layout: CurvesLayout
  /// Makes the pane of a metric, which knows its numbers.
  let pane: (CurveName) -> CurvePane
  /// Steps that are shown.
  let steps: ClosedRange<Double>

  /// A name, a number and a small curve.
  static let itemColumns = 38
  private static let nameColumns = 15
  private static let valueColumns = 8
  private static let leastCurve = 4

  /// Lines inside the frame, and how many metrics stand side by side in each.
  static func size(count: Int, in area: Rect) -> (rows: Int, columns: Int) {
    let columns = max(1, (area.width - 2) / itemColumns)
    return (min((count + columns - 1) / columns, max(1, area.height / 10)), columns)
  }

  func draw(on canvas: inout Canvas) {
    let names = layout.machine
    let columns = Self.size(count: names.count, in: canvas.bounds).columns
    let room = columns * max(1, canvas.rows - 2)
    let focus = layout.focus - layout.paneCount
    let isFocused = focus >= 0
    let first = isFocused ? focus / room * room : 0
    let shown = Array(names.enumerated().dropFirst(first).prefix(room))
    let rest = names.count - shown.count
    let note = rest > 0 ? [Span("\(first + 1)-\(first + shown.count) of \(names.count)", .dim)] : []
    let title = [Span("machine", .title, .bold)]
    context.pane(canvas.bounds, title: title, trailing: note, isFocused: isFocused, on: &canvas) { inside in
      let width = inside.columns / columns
      for (place, item) in shown.enumerated() {
        let rect = Rect(x: place % columns * width, y: place / columns, width: width, height: 1)
        context.target(.pane(.curve(item.element)), rect, on: inside)
        inside.within(rect) { draw(item.element, isFocused: item.offset == focus, on: &$0) }
      }
    }
  }

  private func draw(_ name: CurveName, isFocused: Bool, on canvas: inout Canvas) {
    let pane = pane(name)
    let mark = isFocused ? ">" : " "
    canvas.write(mark, x: 0, y: 0, .focus, .bold)
    let style = isFocused ? Style(.focus, .bold) : Style(.dim)
    canvas.write(context.fit(context.state.view.name(of: name), Self.nameColumns - 2), x: 1, y: 0, style: style)
    canvas.write(context.fit(pane.newestText, Self.valueColumns, .right), x: Self.nameColumns, y: 0)
    let start = Self.nameColumns + Self.valueColumns + 1
    guard canvas.columns - start - 1 >= Self.leastCurve, let series = pane.series.last else { return }
    let line = sparkline(
      series, range: steps, columns: canvas.columns - start - 1, glyphs: context.glyphs,
      smoothing: name.isSmoothed ? 1 : 0, isFromZero: true)
    canvas.write(line, x: start, y: 0)
  }
}

extension CurveName {
  /// Whether it says what the machine did and nothing of what is learned.
  var isOfMachine: Bool {
    switch self {
    case .system: true
    case .eval: false
    case .metric(let metric): metric.kind == .rate || metric.kind == .stepTime || metric.phase != nil
    }
  }
}
