import Canvas
import Histories
import Plotting
import RunEvents

/// The runs of the sessions folder that go on, and what their processes do; below a run that several processes train, a
/// line for each of them.
struct LiveRunsPane {
  let context: ViewContext

  /// Lines of the table.
  static func lines(_ runs: [LiveRunSample]) -> Int { runs.reduce(0) { $0 + 1 + ($1.ranks?.count ?? 0) } }

  func draw(on canvas: inout Canvas) {
    let runs = context.state.system.sample?.runs ?? []
    let title = [Span("runs ", .title, .bold), Span("\(runs.count)", .dim)]
    let trailing = [Span("mvp attach opens one", .dim)]
    context.pane(canvas.bounds, title: title, trailing: trailing, on: &canvas) { inside in
      let names = min(40, max(8, inside.columns - Self.numberColumns))
      draw(["run", "state", "step", "process", "cores", "memory"], names: names, .dim, y: 0, on: &inside)
      var y = 1
      for run in runs where y < inside.rows {
        let fields = [
          sanitised(run.session) + "/" + sanitised(run.run), sanitised(run.state.rawValue),
          "\(run.step)/\(run.totalSteps)",
          run.process.map(String.init) ?? "-", run.cores.map { fixedText($0, decimals: 2) } ?? "-",
          run.residentBytes.map(bytesText) ?? "-",
        ]
        draw(fields, names: names, .text, y: y, on: &inside)
        y += 1
        for rank in run.ranks ?? [] where y < inside.rows {
          let text = context.fit("  " + sanitised(rank.words), inside.columns - 2)
          inside.write(text, x: 1, y: y, rank.isStraggler ? .warning : .dim)
          y += 1
        }
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
