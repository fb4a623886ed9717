import Canvas
import Histories
import Plotting
import RunEvents

/// How far the run and its epoch are, and the effective batch, in one line; times stand in the header.
struct ProgressLine {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  private struct Field {
    var name: String
    /// A bar of so much, or none.
    var fraction: Double?
    var text: String
    var style = Style(.text)
  }

  func draw(on canvas: inout Canvas) {
    guard let run = state.run else { return }
    var fields = self.fields(run)
    // What matters least stands last, and goes first where the line is short.
    func width() -> Int {
      fields.reduce(1) { $0 + displayWidth($1.name) + displayWidth($1.text) + ($1.fraction == nil ? 4 : 5) }
    }
    let leastBar = 6
    while fields.count > 1, canvas.columns - width() < bars(fields) * leastBar { fields.removeLast() }
    let bar = bars(fields) > 0 ? min(40, max(0, canvas.columns - width()) / bars(fields)) : 0
    var x = 1
    for field in fields {
      x = canvas.write(field.name + " ", x: x, y: 0, .dim)
      if let fraction = field.fraction {
        let drawn = progressBar(fraction, columns: bar, glyphs: context.glyphs)
        x = canvas.write([Span(drawn.done, .accent), Span(drawn.left, .dim), Span(" ")], x: x, y: 0)
      }
      x = canvas.write(field.text, x: x, y: 0, style: field.style) + 3
    }
  }

  private func bars(_ fields: [Field]) -> Int { fields.count { $0.fraction != nil } }

  private func fields(_ run: RunDescription) -> [Field] {
    let done = state.watched.totalSteps > 0 ? Double(state.step) / Double(state.watched.totalSteps) : 0
    let batch = Double(run.batchSize) * Double(max(1, run.accumulation))
    var fields = [Field(name: "run", fraction: done, text: percentText(done))]
    if let epoch = state.watched.latest?.epoch, epoch.isFinite, epoch >= 0, run.datasetSize > 0 {
      let all = max(1, Int((Double(state.watched.totalSteps) * batch / Double(run.datasetSize)).rounded(.up)))
      let within = epoch - epoch.rounded(.down)
      let number = min(all, Int(epoch) + 1)
      let count = context.fit("\(number)", "\(all)".count, .right) + "/\(all)"
      fields.append(Field(name: "epoch \(count)", fraction: within, text: percentText(within)))
    }
    let accumulation = run.accumulation > 1 ? " (\(run.batchSize) x \(run.accumulation))" : ""
    fields.append(Field(name: "batch", text: countText(batch) + accumulation))
    if let since = state.watched.guidanceHistory.last, state.watched.guidanceHistory.count > 1 {
      fields.append(
        Field(
          name: "guidance", text: "\(guidanceName(since.name)) since \(since.from)",
          style: Style(context.role(guidance: since.name))))
    }
    return fields
  }
}
