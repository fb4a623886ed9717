import Canvas
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
  static let rows = 9

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    guard let readout = state.watched.readout else {
      context.pane(canvas.bounds, title: [Span("step", .title, .bold)], on: &canvas) {
        $0.write("no step yet: the first one fills this", x: 1, y: 0, .dim)
      }
      return
    }
    let phases = Self.phases(readout.metrics.phases)
    let sum = phases.reduce(0) { $0 + $1.seconds }
    let seconds = readout.stepSeconds ?? readout.metrics.stepSeconds
    let title = [
      Span("step ", .title, .bold), Span(secondsText(seconds), .accent, .bold),
      Span(" at \(rateText(readout.imagesPerSecond ?? readout.metrics.imagesPerSecond)) img/s", .dim),
    ]
    context.pane(canvas.bounds, title: title, on: &canvas) { inside in
      let whole = max(sum, readout.metrics.stepSeconds)
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

  static func phases(_ phases: StepPhases) -> [Phase] {
    [
      Phase(letter: "D", name: "data", help: "waiting for decoded pictures", role: .warning, seconds: phases.data),
      Phase(letter: "T", name: "teacher", help: "targets of the guidance", role: .series2, seconds: phases.teacher),
      Phase(letter: "F", name: "forward", help: "student and loss", role: .series1, seconds: phases.forward),
      Phase(letter: "B", name: "backward", help: "gradients", role: .series3, seconds: phases.backward),
      Phase(letter: "O", name: "optimiser", help: "clipping and AdamW", role: .series4, seconds: phases.optimizer),
    ]
  }
}
