import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// The newest numbers with their courses, and where a step's time goes.
struct MetricsPane {
  let context: ViewContext

  private static let valueColumns = 8
  private static let leastRowsWithStepTime = 6

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: [Span("metrics", .title, .bold)], of: .dashboard(.metrics), on: &canvas) {
      inside in
      let isWide = inside.columns >= 36
      let names = isWide ? 12 : 10
      // The last of them make room for the time of the step, where there is any.
      let room = inside.rows < Self.leastRowsWithStepTime ? inside.rows : inside.rows - 1
      let metrics = state.watched.history.metrics.ranked(by: \.dashboard).prefix(room)
      for (row, metric) in metrics.enumerated() {
        drawRow(metric, y: row, names: names, isWide: isWide, on: &inside)
      }
      drawStepTime(y: metrics.count, names: names, on: &inside)
      let withPhases = metrics.count + 1 + phases.count
      if inside.rows >= withPhases {
        drawPhases(y: metrics.count + (inside.rows > withPhases ? 2 : 1), names: names, on: &inside)
      } else if inside.rows >= metrics.count + 2 {
        let legend = phases.map { "\($0.letter) \($0.name)" }.joined(separator: " ")
        inside.write(context.fit(legend, inside.columns - 2), x: 1, y: metrics.count + 1, .dim)
      }
    }
  }

  /// The main numbers in one line, for small screens.
  func drawLine(on canvas: inout Canvas) {
    var x = 0
    for metric in state.watched.history.metrics.ranked(by: \.line) where metric.kind != .loss && metric.kind != .rate {
      let name = sanitised(metric.shortName)
      let columns = metric.usualColumns
      guard x + name.count + 1 + columns <= canvas.columns else { return }
      x = canvas.write(name + " ", x: x, y: 0, .dim)
      x = canvas.write(context.fit(valueText(metric), columns), x: x, y: 0) + 1
    }
  }

  private func drawRow(_ metric: Metric, y: Int, names: Int, isWide: Bool, on canvas: inout Canvas) {
    canvas.write(context.fit(sanitised(isWide ? metric.name : metric.shortName), names - 1), x: 1, y: y, .dim)
    canvas.write(context.fit(valueText(metric), Self.valueColumns, .right), x: names, y: y)
    let start = names + Self.valueColumns + 1
    let line = sparkline(
      state.watched.history[metric], range: context.stepBounds, columns: canvas.columns - start - 1,
      glyphs: context.glyphs,
      isFromZero: metric.kind == .rate, end: state.watched.readout.map { Double($0.metrics.step) } ?? .infinity)
    // In the style of the number beside it: a change of style costs more bytes than what it is for.
    canvas.write(line, x: start, y: y)
  }

  private func valueText(_ metric: Metric) -> String {
    state.watched.readout?.value(of: metric).map(metric.text) ?? "-"
  }

  private var phases: [PhasesPane.Phase] { PhasesPane.phases(state.watched) }

  private func share(_ phase: PhasesPane.Phase) -> Double {
    let seconds = phases.map(\.seconds).filter { $0.isFinite && $0 > 0 }
    guard phase.seconds.isFinite, phase.seconds > 0 else { return 0 }
    return phase.seconds / seconds.reduce(0, +)
  }

  /// The time of a step as a bar of letters: `TTFFFFBBBBO`.
  private func drawStepTime(y: Int, names: Int, on canvas: inout Canvas) {
    canvas.write(context.fit("step", names - 1), x: 1, y: y, .dim)
    canvas.write(context.fit(valueText(.stepSeconds), Self.valueColumns, .right), x: names, y: y)
    let start = names + Self.valueColumns + 1
    let columns = max(0, canvas.columns - start - 1)
    var x = start
    var sum = 0.0
    for phase in phases {
      sum += share(phase)
      let end = start + Int((sum * Double(columns)).rounded())
      if end > x { canvas.write(String(repeating: phase.letter, count: end - x), x: x, y: y, phase.role) }
      x = max(x, end)
    }
  }

  private func drawPhases(y: Int, names: Int, on canvas: inout Canvas) {
    let start = names + Self.valueColumns + 1
    for (row, phase) in phases.enumerated() {
      let hasStep = state.watched.readout != nil
      canvas.write(phase.letter, x: 1, y: y + row, phase.role)
      canvas.write(context.fit(phase.name, names - 3), x: 3, y: y + row, .dim)
      let time = hasStep ? secondsText(phase.seconds) : "-"
      canvas.write(context.fit(time, Self.valueColumns, .right), x: names, y: y + row)
      let percent = hasStep ? shareText(share(phase)) : "  - "
      let end = canvas.write(percent, x: start, y: y + row)
      let bar = progressBar(share(phase), columns: canvas.columns - end - 2, glyphs: context.glyphs)
      canvas.write(bar.done, x: end + 1, y: y + row, phase.role)
    }
  }
}
