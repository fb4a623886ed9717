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
      let shown = hidden > 0 ? inside.rows - 1 : inside.rows
      let rect = Rect(x: 0, y: 0, width: inside.columns, height: shown)
      context.list(Array(active.enumerated()), marked: marked, in: rect, on: &inside) { eval, line, canvas in
        draw(eval.element, isFirst: eval.offset == 0, line, on: &canvas)
      }
      if hidden > 0 { inside.write("and \(hidden + 1) more", x: 1, y: inside.rows - 1, .dim) }
    }
  }

  /// The line on which the mark stands, evaluations at work first.
  private var marked: Int { state.evals.marked(in: state.view) }

  /// `2  1280  linear probe  features 320/8000  ████████░░░░  62%  0:14`
  private func draw(_ eval: EvalProgress, isFirst: Bool, _ line: MarkedLine, on canvas: inout Canvas) {
    let (y, id) = (0, String(eval.id))
    // The first column is for the mark.
    canvas.write(id, x: max(1, 3 - id.count), y: y, style: line.style(.dim))
    var x = canvas.write(
      context.fit(String(eval.step), context.stepColumns, .right) + "  ", x: 4, y: y, style: line.style(.text))
    x = canvas.write(context.fit(state.view.evalName(eval.kind), 13), x: x, y: y, style: line.style(.accent, .bold))
    x = canvas.write(context.fit(phase(of: eval), phaseColumns) + " ", x: x, y: y, style: line.style(.dim))
    guard eval.fraction > 0 || isFirst else { return }
    let right = canvas.columns - 13
    if right - x > 3 {
      let bar = progressBar(eval.fraction, columns: right - x, glyphs: context.glyphs)
      canvas.write(line.styled([Span(bar.done, .accent), Span(bar.left, .dim)]), x: x, y: y)
    }
    let eta = eval.eta.map(durationText) ?? ""
    canvas.write(
      percentText(eval.fraction) + " " + context.fit(eta, 6, .right), x: right + 1, y: y, style: line.style(.text))
  }

  /// What is being done, by which run where it is one of its own.
  private func phase(of eval: EvalProgress) -> String {
    sanitised((eval.trial.map { "\($0): " } ?? "") + eval.phase)
  }

  /// As wide as the longest phase; `teacher clip: features 320/8000` is the longest in use.
  private var phaseColumns: Int {
    min(32, max(22, state.evals.active.map { displayWidth(phase(of: $0)) }.max() ?? 0))
  }

  private func drawHistory(on canvas: inout Canvas) {
    let results = state.watched.timeline.results
    let rows = Array(results.enumerated().reversed())
    let place = marked - state.evals.active.count
    let title = [Span("results ", .title, .bold), Span("\(results.count)", .dim)]
    let chance = results.last?.baselines.map { ", " + $0.chanceText } ?? ""
    let data = (results.last?.data ?? state.run?.evalData).map { [Span(sanitised($0.shortWords) + chance, .dim)] } ?? []
    let trial = state.evals.markedTrial(in: state.view)
    let trailing = trial.map { [Span(sanitised("run \($0): enter opens it"), .dim)] } ?? data
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: true, on: &canvas) { inside in
      guard !rows.isEmpty else {
        inside.write(
          state.isLive ? "no evaluation has ended yet: e starts one" : "no evaluation was made", x: 1, y: 0, .dim)
        return
      }
      let table = columns(of: results, width: inside.columns)
      drawRow(table.map(\.title), table, y: 0, style: Style(.dim, .underline), on: &inside)
      let bests = Set(results.map(\.kind)).compactMap { state.watched.timeline.best(kind: $0)?.id }
      let rect = Rect(x: 0, y: 1, width: inside.columns, height: max(0, inside.rows - 1))
      context.list(rows, marked: place, after: state.evals.active.count, in: rect, on: &inside) { entry, mark, canvas in
        let result = entry.element
        let isBest = bests.contains(result.id)
        let before = results[..<entry.offset].last { $0.kind == result.kind && $0.summary == result.summary }
        let line = Line(result: result, before: before, isBest: isBest)
        drawRow(
          table.map { $0.text(line) }, table, y: 0, style: mark.style(.text, isBest ? .bold : []), on: &canvas)
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
      Column(title: "eval", width: 13) { line in
        state.view.evalName(line.result.kind) + (line.result.trial == nil ? "" : Self.trialSign)
      },
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
    let trial = result.trial.map { "run \($0)" } ?? ""
    return [curve, result.summary, trial].filter { !$0.isEmpty } + kind.detailTexts(result.details)
  }

  /// Behind the name of an evaluation that a run of its own made.
  private static let trialSign = "*"
  /// Columns in which options say anything.
  private static let leastOptions = 4
}
