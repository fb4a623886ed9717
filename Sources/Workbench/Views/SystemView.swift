import Canvas
import Histories
import Plotting
import RunEvents

/// Where the time of a step goes, and what the machine that trains is doing. What cannot be read there is left out.
struct SystemView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }
  private var sample: SystemSample? { state.looks.system }

  func draw(on canvas: inout Canvas) {
    let upper = min(canvas.rows, PhasesPane.rows)
    let below = canvas.rows - upper
    let hasCourse = below >= Self.resourceRows + Self.leastCourseRows
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: upper)) {
      PhasesPane(context: context).draw(on: &$0)
    }
    let lower = Rect(x: 0, y: upper, width: canvas.columns, height: hasCourse ? Self.resourceRows : below)
    let cores = sample?.cores.count ?? 0
    let hasCores = cores > 0
    // A few cores need little room beside the bytes.
    let left = !hasCores ? 0 : cores <= lower.height - 2 ? canvas.columns * 2 / 5 : canvas.columns / 2
    if hasCores {
      canvas.within(Rect(x: 0, y: lower.y, width: left, height: lower.height)) { drawCores(on: &$0) }
    }
    canvas.within(Rect(x: left, y: lower.y, width: canvas.columns - left, height: lower.height)) {
      drawMemory(on: &$0)
    }
    guard hasCourse else { return }
    canvas.within(Rect(x: 0, y: lower.maxY, width: canvas.columns, height: canvas.rows - lower.maxY)) {
      drawCourse(on: &$0)
    }
  }

  /// Rows of the panes of cores and bytes, and those that a plot is worth drawing in.
  private static let resourceRows = 10
  private static let leastCourseRows = 8

  private func drawCourse(on canvas: inout Canvas) {
    let series = state.history[.imagesPerSecond]
    var title = [Span("img/s", .title, .bold)]
    if let value = series.smoothed(1) { title.append(Span(" " + rateText(value), .accent, .bold)) }
    context.pane(canvas.bounds, title: title, on: &canvas) { inside in
      var plot = CurvePlot(
        curves: [Curve(series, smoothing: 1)], xRange: context.stepBounds, glyphs: context.glyphs)
      plot.unit = Metric.imagesPerSecond.axisUnit
      plot.draw(on: &inside)
    }
  }

  /// In which the title says what part of the cores this process takes.
  private static let leastTitleColumns = 30

  private func drawCores(on canvas: inout Canvas) {
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
      if cores.count < inside.rows { drawCourse(state.looks.busyCores, "busy", 5, y: inside.rows - 1, on: &inside) }
    }
  }

  /// `busy ▁▂▃▅▆  2:00`: how a number went while someone looked, and for how long the line is.
  private func drawCourse(_ series: Series, _ name: String, _ nameColumns: Int, y: Int, on canvas: inout Canvas) {
    guard let range = state.looks.courseRange, !series.isEmpty else { return }
    let time = durationText(range.upperBound - range.lowerBound)
    let x = canvas.write(context.fit(name, nameColumns) + " ", x: 1, y: y, .dim)
    let columns = canvas.columns - x - displayWidth(time) - 2
    let line = sparkline(
      series, range: range, columns: columns, glyphs: context.glyphs, smoothing: 0, isFromZero: true)
    canvas.write([Span(line, .good), Span(" " + time, .dim)], x: x, y: y)
  }

  /// A line of the pane of bytes: what, how much, of how much, and what it means.
  private struct Amount {
    var name: String
    var bytes: Int
    var whole: Int?
    var note = ""
  }

  private func drawMemory(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: [Span("memory and disk", .title, .bold)], on: &canvas) { inside in
      guard let sample else {
        inside.write(
          state.isLive ? "asking the engine" : "the run has ended: nothing is measured any more", x: 1, y: 0, .dim)
        return
      }
      for (row, amount) in amounts(sample).enumerated() {
        var x = inside.write(context.fit(amount.name, 10), x: 1, y: row, .dim) + 1
        x = inside.write(context.fit(bytesText(amount.bytes), 9, .right), x: x, y: row, .text, .bold) + 1
        let rest = inside.columns - x - 1
        if let whole = amount.whole, whole > 0, rest >= 14 {
          let share = Double(amount.bytes) / Double(whole)
          let bar = progressBar(share, columns: min(12, rest - 8), glyphs: context.glyphs)
          let role: Role = share > 0.9 ? .bad : .good
          x = inside.write([Span(bar.done, role), Span(bar.left, .dim)], x: x, y: row) + 1
          inside.write(context.fit("of " + bytesText(whole), max(0, inside.columns - x - 1)), x: x, y: row, .dim)
        } else {
          inside.write(context.fit(amount.note, max(0, rest)), x: x, y: row, .dim)
        }
      }
      if amounts(sample).count < inside.rows {
        drawCourse(state.looks.residentBytes, "process", 10, y: inside.rows - 1, on: &inside)
      }
    }
  }

  private func amounts(_ sample: SystemSample) -> [Amount] {
    var amounts: [Amount] = []
    func add(_ name: String, _ bytes: Int?, whole: Int? = nil, note: String = "") {
      if let bytes { amounts.append(Amount(name: name, bytes: bytes, whole: whole, note: note)) }
    }
    add("planned", sample.plannedBytes, note: "weights, gradients, moments")
    add("tensors", sample.tensorBytes, note: "alive between steps")
    add("at most", sample.peakTensorBytes, note: "tensors inside a step")
    add("process", sample.residentBytes, note: sample.peakBytes.map { "peak " + bytesText($0) } ?? "")
    if let total = sample.memoryBytes, let free = sample.availableBytes {
      add("machine", total - free, whole: total)
    }
    if let total = sample.diskBytes, let free = sample.diskFreeBytes {
      add("disk", total - free, whole: total)
      add("disk free", free, note: sanitised(sample.folder))
    }
    return amounts
  }
}
