import Canvas
import Histories
import Plotting
import RunEvents

/// The runs of the sessions folder that go on, and what their processes do.
struct LiveRunsPane {
  let context: ViewContext

  func draw(on canvas: inout Canvas) {
    let runs = context.state.system.sample?.runs ?? []
    let title = [Span("runs ", .title, .bold), Span("\(runs.count)", .dim)]
    let trailing = [Span("mvp attach opens one", .dim)]
    context.pane(canvas.bounds, title: title, trailing: trailing, on: &canvas) { inside in
      let names = min(40, max(8, inside.columns - Self.numberColumns))
      draw(["run", "state", "step", "process", "cores", "memory"], names: names, .dim, y: 0, on: &inside)
      for (row, run) in runs.prefix(max(0, inside.rows - 1)).enumerated() {
        let fields = [
          sanitised(run.session) + "/" + sanitised(run.run), sanitised(run.state.rawValue),
          "\(run.step)/\(run.totalSteps)",
          run.process.map(String.init) ?? "-", run.cores.map { fixedText($0, decimals: 2) } ?? "-",
          run.residentBytes.map(bytesText) ?? "-",
        ]
        draw(fields, names: names, .text, y: row + 1, on: &inside)
      }
    }
  }

  private static let columns = [9, 11, 7, 5, 8]
  /// With a blank before each and one at either end.
  private static let numberColumns = columns.reduce(2) { $0 + $1 + 1 }

  private func draw(_ fields: [String], names: Int, _ role: Role, y: Int, on canvas: inout Canvas) {
    var x = 1
    for (index, (field, width)) in zip(fields, [names] + Self.columns).enumerated() where x + width <= canvas.columns {
      x = canvas.write(context.fit(field, width, index < 2 ? .left : .right), x: x, y: y, role) + 1
    }
  }
}
