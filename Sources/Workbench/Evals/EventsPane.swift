import Canvas
import Histories
import Plotting
import RunEvents

/// Evaluations at work, then what happened, newest first.
struct EventsPane {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    context.pane(
      canvas.bounds, title: [Span("evals and events", .title, .bold)], of: .dashboard(.events), on: &canvas
    ) { inside in
      var row = 0
      for eval in state.evals.active.prefix(max(1, inside.rows / 2)) {
        drawEval(eval, y: row, on: &inside)
        row += 1
      }
      let entries = state.watched.timeline.entries.reversed()
      for entry in entries.prefix(max(0, inside.rows - row)) {
        drawEntry(entry, y: row, on: &inside)
        row += 1
      }
      if row == 0 { inside.write("nothing yet: e evaluates, c checkpoints", x: 1, y: 0, .dim) }
    }
  }

  /// `1280  linear probe  ████████░░░░  62%  0:14`
  private func drawEval(_ eval: EvalProgress, y: Int, on canvas: inout Canvas) {
    var x = drawStep(eval.step, y: y, on: &canvas)
    x = canvas.write(context.fit(state.view.evalName(eval.kind), 13), x: x, y: y, .accent, .bold)
    let eta = eval.eta.map(durationText) ?? ""
    let right = canvas.columns - 13
    if canvas.columns >= 70 {
      x = canvas.write(context.fit(sanitised(eval.phase), 20) + " ", x: x, y: y, .dim)
    }
    let bar = progressBar(eval.fraction, columns: right - x, glyphs: context.glyphs)
    x = canvas.write([Span(bar.done, .accent), Span(bar.left, .dim)], x: x, y: y)
    canvas.write(percentText(eval.fraction) + " " + context.fit(eta, 6, .right), x: right + 1, y: y)
  }

  private func drawEntry(_ entry: TimelineEntry, y: Int, on canvas: inout Canvas) {
    let x = drawStep(entry.step, y: y, on: &canvas)
    let line = EventLine(entry, context: context)
    let right = line.value.isEmpty ? 0 : 14
    let count = entry.count > 1 ? " (x\(entry.count))" : ""
    let room = max(0, canvas.columns - x - right - 1)
    let text = line.facts.isEmpty ? context.fit(line.text + count, room) : context.facts(line.facts, room)
    canvas.write(text, x: x, y: y, style: line.style)
    guard right > 0 else { return }
    let value = canvas.write(
      context.fit(line.value, 6, .right), x: canvas.columns - right, y: y, style: line.valueStyle)
    canvas.write(line.mark, x: value + 2, y: y, .good, .bold)
  }

  private func drawStep(_ step: Int, y: Int, on canvas: inout Canvas) -> Int {
    canvas.write(context.fit(String(step), context.stepColumns, .right) + "  ", x: 1, y: y, .dim)
  }
}

/// An entry of the timeline in words.
struct EventLine {
  var text: String
  /// In place of the text, what says most first, as many as there is room for.
  var facts: [String] = []
  var style = Style(.text)
  /// A score, in a column of its own.
  var value = ""
  var valueStyle = Style(.text, .bold)
  var mark = ""

  init(_ entry: TimelineEntry, context: ViewContext) {
    switch entry.content {
    case .started(let resumed): text = resumed ? "resumed from step \(entry.step)" : "started"
    case .guidance(let change):
      text = "guidance \(guidanceName(change.from)) > \(guidanceName(change.to))"
      style = Style(context.role(guidance: change.to), .bold)
    case .checkpoint(let record):
      text = "checkpoint \(bytesText(record.bytes)) in \(secondsText(record.seconds))"
    case .result(let result):
      text = [context.state.view.evalName(result.kind), result.summary].filter { !$0.isEmpty }.joined(separator: " ")
      text += context.separator + guidanceName(result.guidance)
      if let baselines = result.baselines {
        let words = baselines.shortFacts(of: result.score) + [result.summary, guidanceName(result.guidance)]
        let curve = sparkline(
          context.state.view.evaluation(result.kind).curveValues(result.details), glyphs: context.glyphs)
        facts =
          ([context.state.view.shortEvalName(result.kind) + " " + (words.first ?? ""), curve] + words.dropFirst())
          .map(sanitised).filter { !$0.isEmpty }
      }
      value = scoreText(result.score)
      if context.state.watched.timeline.best(kind: result.kind)?.id == result.id { mark = "best" }
    case .failure(let failure):
      let wasCancelled = failure.reason == EvalFailure.cancelled
      text = context.state.view.evalName(failure.kind) + (wasCancelled ? " cancelled" : " failed: \(failure.reason)")
      style = Style(wasCancelled ? .dim : .bad)
    case .paused(let cause):
      text = "paused: \(cause)"
      style = Style(.bad, .bold)
    case .setting(let change):
      text = "\(change.key) \(change.from) > \(change.to)"
      style = Style(.accent, .bold)
    case .health(let notice):
      text = (notice.isActive ? "" : "over: ") + notice.cause
      style = Style(notice.isActive ? .bad : .good, .bold)
    case .message(let message):
      text = (message.level == .error ? "error: " : "warning: ") + message.text
      style = Style(message.level == .error ? .bad : .warning)
    case .finished(let summary):
      text = summary.sentence()
      style = Style(summary.outcome == .failed ? .bad : .good, .bold)
    }
    text = sanitised(text)
  }
}
