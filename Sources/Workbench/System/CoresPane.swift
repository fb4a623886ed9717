import Canvas
import Histories
import Plotting
import RunEvents

/// How busy each core is.
struct CoresPane {
  let context: ViewContext

  private var sample: SystemSample? { context.state.system.sample }

  /// In which the title says what part of the cores this process takes.
  private static let leastTitleColumns = 30

  func draw(on canvas: inout Canvas) {
    let cores = sample?.cores ?? []
    var title = [Span("cores ", .title, .bold), Span("\(cores.count)", .dim)]
    if let busy = sample?.processCores, canvas.columns >= Self.leastTitleColumns {
      title.append(Span("  this process ", .dim))
      title.append(Span(fixedText(busy, decimals: 2), .accent, .bold))
    }
    context.pane(canvas.bounds, title: title, on: &canvas) { inside in
      // A column for every core where they do not fit one a row.
      guard inside.rows > 0 else { return }
      let perRow = max(1, (cores.count + inside.rows - 1) / inside.rows)
      let width = inside.columns / perRow
      for (index, busy) in cores.enumerated() {
        let rect = Rect(x: index / inside.rows * width, y: index % inside.rows, width: width, height: 1)
        inside.within(rect) { line in
          let end = line.write(context.fit("\(index)", 4, .right) + " ", x: 0, y: 0, .dim)
          guard line.columns >= 18 else {
            line.write(percentText(busy), x: end, y: 0)
            return
          }
          let bar = progressBar(busy, columns: line.columns - end - 6, glyphs: context.glyphs)
          line.write([Span(bar.done, busy > 0.9 ? .accent : .good), Span(bar.left, .dim)], x: end, y: 0)
          line.write(percentText(busy), x: line.columns - 5, y: 0)
        }
      }
      if cores.count < inside.rows {
        context.drawCourse(context.state.system.busyCores, "busy", 5, y: inside.rows - 1, on: &inside)
      }
    }
  }
}
