import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// The time of a step by phases, as one bar and in numbers.
struct PhasesPane {
  let context: ViewContext

  /// A phase with the letter that marks it in the bar, so that no colour is needed.
  struct Phase {
    var letter: String
    var name: String
    var help: String
    var role: Role
    var seconds: Double
  }

  /// Part of a step between its phases that is worth a word.
  private static let leastRest = 0.01

  /// With its frame, the bar, a blank line and a line for every phase.
  static func rows(_ run: WatchedRun) -> Int { 4 + phases(run).count }

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    guard let readout = state.watched.readout else {
      context.pane(canvas.bounds, title: [Span("step", .title, .bold)], on: &canvas) {
        $0.write("no step yet: the first one fills this", x: 1, y: 0, .dim)
      }
      return
    }
    let phases = Self.phases(state.watched)
    let sum = phases.reduce(0) { $0 + $1.seconds }
    let seconds = readout.value(of: .stepSeconds) ?? .nan
    let title = [
      Span("step ", .title, .bold), Span(secondsText(seconds), .accent, .bold),
      Span(" at \(rateText(readout.value(of: .imagesPerSecond) ?? .nan)) img/s", .dim),
    ]
    context.pane(canvas.bounds, title: title, on: &canvas) { inside in
      let whole = max(sum, readout.metrics.values[.stepSeconds] ?? .nan)
      drawBar(phases, of: whole, on: &inside)
      if whole - sum >= Self.leastRest * whole {
        let text = ". between them " + secondsText(whole - sum) + " " + shareText((whole - sum) / whole)
        inside.writeRight([Span(text, .dim)], maxX: inside.columns - 1, y: 1)
      }
      for (row, phase) in phases.enumerated() where row + 2 < inside.rows {
        var x = inside.write(phase.letter + " ", x: 1, y: row + 2, style: Style(phase.role, .bold))
        x = inside.write(context.fit(phase.name, 10), x: x, y: row + 2)
        x = inside.write(context.fit(secondsText(phase.seconds), 9, .right), x: x, y: row + 2, .text, .bold)
        x = inside.write(shareText(whole > 0 ? phase.seconds / whole : 0) + "  ", x: x + 1, y: row + 2)
        inside.write(context.fit(phase.help, max(0, inside.columns - x - 1)), x: x, y: row + 2, .dim)
      }
    }
  }

  private func drawBar(_ phases: [Phase], of whole: Double, on canvas: inout Canvas) {
    let columns = canvas.columns - 2
    guard columns > 0, whole > 0, whole.isFinite else { return }
    var seconds = 0.0
    var x = 1
    for phase in phases {
      seconds += phase.seconds
      let end = 1 + min(columns, Int((seconds / whole * Double(columns)).rounded()))
      guard end > x else { continue }
      canvas.write(
        String(repeating: phase.letter, count: end - x), x: x, y: 0, style: Style(phase.role, [.bold, .reverse]))
      x = end
    }
    if x <= columns { canvas.write(String(repeating: ".", count: columns + 1 - x), x: x, y: 0, .dim) }
  }

  /// The phases of the step whose figures are shown; without a step they take no time.
  static func phases(_ run: WatchedRun) -> [Phase] {
    run.history.metrics.compactMap { metric in
      metric.phase.map { phase in
        Phase(
          letter: String(sanitised(phase.letter).prefix(1)), name: sanitised(phase.name), help: sanitised(phase.help),
          role: phase.role, seconds: run.readout?.metrics.values[metric] ?? 0)
      }
    }
  }
}
