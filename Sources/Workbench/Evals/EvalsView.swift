import Canvas
import Histories
import Plotting
import RunEvents

/// Evaluations that work or wait, and every result so far.
struct EvalsView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let queue = min(max(3, state.evals.active.count + 2), max(3, canvas.rows / 3))
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: queue)) { drawQueue(on: &$0) }
    canvas.within(Rect(x: 0, y: queue, width: canvas.columns, height: canvas.rows - queue)) { drawHistory(on: &$0) }
  }

  private func drawQueue(on canvas: inout Canvas) {
    let active = state.evals.active
    let title = [
      Span("at work ", .title, .bold), Span(active.isEmpty ? "none" : counted(active.count, "evaluation"), .dim),
    ]
    context.pane(
      canvas.bounds, title: title,
      trailing: state.isLive ? [Span("e starts one, D cancels the last", .dim)] : [], on: &canvas
    ) { inside in
      guard !active.isEmpty else {
        let text =
          state.isLive
          ? "none at work: e starts one, and training goes on meanwhile"
          : state.view.judgesCheckpoint
            ? "the run has ended: e judges its newest checkpoint" : "the run has ended: mvp eval judges its checkpoint"
        inside.write(context.fit(text, inside.columns - 2), x: 1, y: 0, .dim)
        return
      }
      let hidden = active.count - inside.rows
      for (row, eval) in active.prefix(hidden > 0 ? inside.rows - 1 : inside.rows).enumerated() {
        draw(eval, isFirst: row == 0, y: row, on: &inside)
      }
      if hidden > 0 { inside.write("and \(hidden + 1) more", x: 1, y: inside.rows - 1, .dim) }
    }
  }

  /// `2  1280  linear probe  features 320/8000  ████████░░░░  62%  0:14`
  private func draw(_ eval: EvalProgress, isFirst: Bool, y: Int, on canvas: inout Canvas) {
    var x = canvas.write(context.fit("\(eval.id)", 3, .right) + " ", x: 0, y: y, .dim)
    x = canvas.write(context.fit(String(eval.step), context.stepColumns, .right) + "  ", x: x, y: y)
    x = canvas.write(context.fit(state.view.evalName(eval.kind), 13), x: x, y: y, .accent, .bold)
    x = canvas.write(context.fit(sanitised(eval.phase), phaseColumns) + " ", x: x, y: y, .dim)
    guard eval.fraction > 0 || isFirst else { return }
    let right = canvas.columns - 13
    if right - x > 3 {
      let bar = progressBar(eval.fraction, columns: right - x, glyphs: context.glyphs)
      canvas.write([Span(bar.done, .accent), Span(bar.left, .dim)], x: x, y: y)
    }
    let eta = eval.eta.map(durationText) ?? ""
    canvas.write(percentText(eval.fraction) + " " + context.fit(eta, 6, .right), x: right + 1, y: y)
  }

  /// As wide as the longest phase; `teacher clip: features 320/8000` is the longest in use.
  private var phaseColumns: Int {
    min(32, max(22, state.evals.active.map { displayWidth(sanitised($0.phase)) }.max() ?? 0))
  }

  private func drawHistory(on canvas: inout Canvas) {
    let results = state.watched.timeline.results
    let rows = Array(results.enumerated().reversed())
    let offset = min(state.evals.offset, max(0, rows.count - 1))
    let title = [Span("results ", .title, .bold), Span("\(results.count)", .dim)]
    let chance = results.last?.baselines.map { ", " + $0.chanceText } ?? ""
    let data = (results.last?.data ?? state.run?.evalData).map { [Span(sanitised($0.shortWords) + chance, .dim)] } ?? []
    let trailing = offset > 0 ? [Span("\(offset) newer above", .dim)] : data
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: true, on: &canvas) { inside in
      guard !rows.isEmpty else {
        inside.write(
          state.isLive ? "no evaluation has ended yet: e starts one" : "no evaluation was made", x: 1, y: 0, .dim)
        return
      }
      let table = columns(of: results, width: inside.columns)
      drawRow(table.map(\.title), table, y: 0, style: Style(.dim, .underline), on: &inside)
      let bests = Set(results.map(\.kind)).compactMap { state.watched.timeline.best(kind: $0)?.id }
      for (row, entry) in rows.dropFirst(offset).prefix(max(0, inside.rows - 1)).enumerated() {
        let result = entry.element
        let isBest = bests.contains(result.id)
        let before = results[..<entry.offset].last { $0.kind == result.kind && $0.summary == result.summary }
        let line = Line(result: result, before: before, isBest: isBest)
        drawRow(
          table.map { $0.text(line) }, table, y: row + 1, style: isBest ? Style(.text, .bold) : Style(.text),
          on: &inside)
      }
    }
  }

  /// A result as the table shows it.
  private struct Line {
    var result: EvalResult
    /// The one before with the same options.
    var before: EvalResult?
    var isBest: Bool
  }

  /// `+1.4` in points.
  private func changeText(from: Double, to: Double) -> String {
    let change = (to - from) * 100
    guard change.isFinite else { return "" }
    return (change < 0 ? "" : "+") + fixedText(change, decimals: 1)
  }

  /// A column of the results; the one of the greatest rank goes first where the line is short.
  private struct Column {
    var title: String
    var width: Int
    var isNumber = false
    var rank = 0
    var text: (Line) -> String
  }

  private func columns(of results: [EvalResult], width: Int) -> [Column] {
    var columns = [
      Column(title: "step", width: context.stepColumns, isNumber: true) { String($0.result.step) },
      Column(title: "eval", width: 13) { state.view.evalName($0.result.kind) },
      Column(title: "guidance", width: 9, rank: 1) { guidanceName($0.result.guidance) },
      Column(title: "score", width: 6, isNumber: true) { scoreText($0.result.score) },
    ]
    if results.contains(where: { $0.baselines != nil }) {
      func points(_ result: EvalResult, _ other: Double?) -> String {
        other.map { pointsText(result.score, over: $0) } ?? "-"
      }
      columns += [
        Column(title: "95% interval", width: 13) { line in
          line.result.baselines.flatMap { $0.intervalText(of: line.result.score) } ?? "-"
        },
        Column(title: "vs untrained", width: 12, isNumber: true) { points($0.result, $0.result.baselines?.untrained) },
        Column(title: "vs teacher", width: 10, isNumber: true) {
          points($0.result, $0.result.baselines?.teacher?.score)
        },
      ]
    }
    columns += [
      Column(title: "points", width: 6, isNumber: true, rank: 2) { line in
        line.before.map { changeText(from: $0.score, to: line.result.score) } ?? ""
      },
      Column(title: "", width: 4) { $0.isBest ? "best" : "" },
      Column(title: "time", width: 8, isNumber: true, rank: 3) { secondsText($0.result.seconds) },
    ]
    func total() -> Int { columns.reduce(1) { $0 + $1.width + 2 } }
    while total() - 2 > width, let worst = columns.map(\.rank).max(), worst > 0 {
      columns.removeAll { $0.rank == worst }
    }
    let rest = width - total() - 1
    if rest >= Self.leastOptions {
      columns.append(
        Column(title: "options", width: rest) {
          optionWords($0.result).joined(separator: "  ")
        })
    }
    return columns
  }

  private func drawRow(_ fields: [String], _ columns: [Column], y: Int, style: Style, on canvas: inout Canvas) {
    var x = 1
    for (field, column) in zip(fields, columns) {
      let text = context.fit(sanitised(field), column.width, column.isNumber ? .right : .left)
      x = canvas.write(text, x: x, y: y, style: style) + 2
    }
  }

  /// What is known of a result beside its score, with its curve, if its kind has one, as a line of its own.
  private func optionWords(_ result: EvalResult) -> [String] {
    let kind = state.view.evaluation(result.kind)
    let curve = sparkline(kind.curveValues(result.details), glyphs: context.glyphs)
    return [curve, result.summary].filter { !$0.isEmpty } + kind.detailTexts(result.details)
  }

  /// Columns in which options say anything.
  private static let leastOptions = 4
}
