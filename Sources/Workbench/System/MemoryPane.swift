import Canvas
import Histories
import Plotting
import RunEvents

/// The bytes of the run's process and the machine, and what of them is taken.
struct MemoryPane {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  /// A line: what, how much, of how much, and what it means.
  struct Amount {
    var name: String
    var bytes: Int
    var whole: Int?
    var note = ""
  }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: [Span("memory and disk", .title, .bold)], on: &canvas) { inside in
      guard let sample = state.system.sample else {
        inside.write(emptyText, x: 1, y: 0, .dim)
        return
      }
      let amounts = Self.amounts(sample)
      for (row, amount) in amounts.enumerated() { draw(amount, y: row, on: &inside) }
      if amounts.count < inside.rows {
        context.drawCourse(state.system.residentBytes, "process", 10, y: inside.rows - 1, on: &inside)
      }
    }
  }

  private var emptyText: String {
    if state.isMonitor { return "reading what the machine does" }
    return state.isLive ? "asking the engine" : "the run has ended: nothing is measured any more"
  }

  private func draw(_ amount: Amount, y row: Int, on canvas: inout Canvas) {
    var x = canvas.write(context.fit(amount.name, 10), x: 1, y: row, .dim) + 1
    x = canvas.write(context.fit(bytesText(amount.bytes), 9, .right), x: x, y: row, .text, .bold) + 1
    let rest = canvas.columns - x - 1
    if let whole = amount.whole, whole > 0, rest >= 14 {
      let share = Double(amount.bytes) / Double(whole)
      let bar = progressBar(share, columns: min(12, rest - 8), glyphs: context.glyphs)
      let role: Role = share > 0.9 ? .bad : .good
      x = canvas.write([Span(bar.done, role), Span(bar.left, .dim)], x: x, y: row) + 1
      canvas.write(context.fit("of " + bytesText(whole), max(0, canvas.columns - x - 1)), x: x, y: row, .dim)
    } else {
      canvas.write(context.fit(amount.note, max(0, rest)), x: x, y: row, .dim)
    }
  }

  static func amounts(_ sample: SystemSample?) -> [Amount] {
    guard let sample else { return [] }
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

extension ViewContext {
  /// `busy ▁▂▃▅▆  2:00`: how a number went while someone looked, and for how long the line is.
  func drawCourse(_ series: Series, _ name: String, _ nameColumns: Int, y: Int, on canvas: inout Canvas) {
    guard let range = state.system.courseRange, !series.isEmpty else { return }
    let time = durationText(range.upperBound - range.lowerBound)
    let x = canvas.write(fit(name, nameColumns) + " ", x: 1, y: y, .dim)
    let columns = canvas.columns - x - displayWidth(time) - 2
    let line = sparkline(series, range: range, columns: columns, glyphs: glyphs, smoothing: 0, isFromZero: true)
    canvas.write([Span(line, .good), Span(" " + time, .dim)], x: x, y: y)
  }
}
