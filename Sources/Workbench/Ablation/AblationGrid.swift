import Canvas
import Plotting
import RunEvents

/// Cells as lines: their values, a box for the run of each seed (state, score, course of the loss), their mean.
struct AblationGrid {
  let context: ViewContext
  private let table: AblationTable
  private let cells: [AblationTable.Cell]
  private let kind: String?
  /// Of the columns of values, by axis.
  private let valueWidths: [Int]
  private let boxWidth: Int
  /// Places of the seeds that have room.
  private let seeds: Range<Int>
  private let showsMean: Bool

  private static let markColumns = 2
  private static let widestValue = 14
  /// State, score and a few columns of the curve.
  private static let leastBox = 18
  private static let widestBox = 40
  private static let stateColumns = 4
  private static let scoreColumns = 6
  private static let meanColumns = 12
  private static let differenceColumns = 7

  init(
    context: ViewContext, table: AblationTable, cells: [AblationTable.Cell], kind: String?, width: Int
  ) {
    self.context = context
    self.table = table
    self.cells = cells
    self.kind = kind
    valueWidths = table.plan.over.map { axis in
      let widest = (axis.values + [Self.title(of: axis)]).map { displayWidth(sanitised($0)) }.max() ?? 1
      return min(Self.widestValue, max(1, widest))
    }
    let left = Self.markColumns + valueWidths.reduce(0) { $0 + $1 + 1 }
    let mean = Self.meanColumns + Self.differenceColumns + 2
    showsMean = kind != nil && width - left - mean >= Self.leastBox + 1
    let room = max(0, width - left - (showsMean ? mean : 0))
    let count = table.plan.seeds.count
    let shown = max(1, min(count, room / (Self.leastBox + 1)))
    boxWidth = min(Self.widestBox, max(1, room / shown - 1))
    let marked = context.state.ablation.seed
    let first = min(max(0, marked - shown + 1), max(0, count - shown))
    seeds = first..<min(count, first + shown)
  }

  /// `masked` of `mask.masked`.
  private static func title(of axis: AblationPlan.Axis) -> String {
    axis.key.split(separator: ".").last.map(String.init) ?? axis.key
  }

  func draw(on canvas: inout Canvas) {
    drawTitles(on: &canvas)
    let rect = Rect(x: 0, y: 1, width: canvas.columns, height: max(0, canvas.rows - 1))
    let marked = context.state.ablation.cell
    let first = max(0, min(marked - rect.height / 2, cells.count - rect.height))
    for (y, index) in cells.indices.dropFirst(first).prefix(rect.height).enumerated() {
      canvas.within(Rect(x: 0, y: 1 + y, width: rect.width, height: 1)) { line in
        context.target(.line(index), line.bounds, on: line)
        draw(cells[index], isMarked: index == marked, on: &line)
      }
    }
  }

  private func drawTitles(on canvas: inout Canvas) {
    var x = Self.markColumns
    for (axis, width) in zip(table.plan.over, valueWidths) {
      x = canvas.write(context.fit(sanitised(Self.title(of: axis)), width), x: x, y: 0, .dim, .underline) + 1
    }
    for seed in seeds {
      let (before, after) = (seed == seeds.lowerBound && seed > 0, seed == seeds.upperBound - 1)
      let more = after && seed + 1 < table.plan.seeds.count
      let title = (before ? "< " : "") + "seed \(table.plan.seeds[seed])" + (more ? " >" : "")
      canvas.write(context.fit(title, boxWidth), x: x, y: 0, .dim, .underline)
      x += boxWidth + 1
    }
    guard showsMean else { return }
    x = canvas.write(context.fit("mean", Self.meanColumns, .right), x: x, y: 0, .dim, .underline) + 1
    canvas.write(context.fit("to 1st", Self.differenceColumns, .right), x: x, y: 0, .dim, .underline)
  }

  private func draw(_ cell: AblationTable.Cell, isMarked: Bool, on canvas: inout Canvas) {
    var x = Self.markColumns
    let style = isMarked ? Style(.text, .bold) : Style(.text)
    if isMarked { canvas.write(">", x: 0, y: 0, style: Style(.focus, .bold)) }
    for (value, width) in zip(cell.values, valueWidths) {
      x = canvas.write(context.fit(sanitised(value), width), x: x, y: 0, style: style) + 1
    }
    for seed in seeds {
      draw(
        cell.runs[seed], MarkedLine(isMarked: isMarked && seed == context.state.ablation.seed),
        rect: Rect(x: x, y: 0, width: boxWidth, height: 1), on: &canvas)
      x += boxWidth + 1
    }
    guard showsMean, let kind else { return }
    let mean = cell.spread(kind)?.words(plusMinus: context.glyphs == .ascii ? "+-" : "±") ?? "-"
    x = canvas.write(context.fit(mean, Self.meanColumns, .right), x: x, y: 0, style: style) + 1
    canvas.write(context.fit(differenceText(cell, kind), Self.differenceColumns, .right), x: x, y: 0, style: style)
  }

  /// `+1.2`, with a `~` before it where it lies within the spread.
  private func differenceText(_ cell: AblationTable.Cell, _ kind: String) -> String {
    guard let first = cells.first, cell.number != first.number,
      let difference = cell.difference(kind, from: first)
    else { return "" }
    return (difference.isWithinSpread == true ? "~" : "") + pointsText(difference.mean)
  }

  /// `done  53.3% ▇▅▃▂▁▁`
  private func draw(_ run: AblationRun, _ line: MarkedLine, rect: Rect, on canvas: inout Canvas) {
    canvas.within(rect) { box in
      if line.isMarked { box.fill(box.bounds, style: Style(.selection)) }
      let (word, role) = stateWord(run)
      var x = box.write(context.fit(word, Self.stateColumns), x: 0, y: 0, style: line.style(role)) + 1
      x = box.write(context.fit(scoreText(run), Self.scoreColumns, .right), x: x, y: 0, style: line.style(.text)) + 1
      let columns = box.columns - x
      guard columns > 0 else { return }
      box.write(
        sparkline(Self.values(run.losses, columns: columns), glyphs: context.glyphs), x: x, y: 0,
        style: line.style(.accent))
    }
  }

  private func scoreText(_ run: AblationRun) -> String {
    if let kind, let score = run.scores[kind] { return RunEvents.scoreText(score) }
    guard run.step > 0, run.totalSteps > 0, run.step < run.totalSteps else { return "-" }
    return "\(100 * run.step / run.totalSteps)%"
  }

  /// Losses in fewer or more columns, each the loss at its place.
  private static func values(_ losses: [Double?], columns: Int) -> [Double?] {
    guard !losses.isEmpty else { return [] }
    return (0..<min(columns, losses.count)).map { column in
      losses[min(losses.count - 1, (column + 1) * losses.count / min(columns, losses.count) - 1)]
    }
  }

  private func stateWord(_ run: AblationRun) -> (String, Role) {
    if table.isDone(run) { return ("done", .good) }
    if run.failure != nil { return ("FAIL", .bad) }
    switch run.state {
    case .waiting: return ("wait", .dim)
    case .preparing, .running, .stopping: return ("run", .good)
    case .paused: return ("held", .warning)
    case .finished: return ("eval", .warning)
    case .failed: return ("FAIL", .bad)
    default: return ("stop", .warning)
    }
  }
}
