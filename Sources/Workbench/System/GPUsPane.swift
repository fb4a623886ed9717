import Canvas
import Histories
import Plotting
import RunEvents

/// What the machine's GPUs do.
struct GPUsPane {
  let context: ViewContext

  /// Lines of the table: none where there is no GPU and nothing is wrong.
  static func lines(_ sample: SystemSample?) -> Int {
    max(sample?.gpus?.count ?? 0, sample?.gpusProblem == nil ? 0 : 1)
  }

  private static let barColumns = 10

  func draw(on canvas: inout Canvas) {
    let sample = context.state.system.sample
    let gpus = sample?.gpus ?? []
    let title = [Span("GPUs ", .title, .bold), Span("\(gpus.count)", .dim)]
    let problem = sample?.gpusProblem.map { context.clipped(sanitised($0), max(8, canvas.columns - 20)) }
    guard !gpus.isEmpty else {
      return context.pane(canvas.bounds, title: title, on: &canvas) { inside in
        inside.write(context.fit(sanitised(sample?.gpusProblem ?? ""), inside.columns - 2), x: 1, y: 0, .warning)
      }
    }
    let columns = [
      TablePane.Column(title: "gpu", isNumber: true, texts: gpus.map { "\($0.index)" }),
      TablePane.Column(title: "name", rank: 2, most: 24, texts: gpus.map { sanitised($0.name) }),
      TablePane.Column(title: "busy", rank: 3, texts: gpus.map(bar)),
      TablePane.Column(title: "", isNumber: true, texts: gpus.map(\.utilisationWords)),
      TablePane.Column(title: "memory", isNumber: true, texts: gpus.map(\.memoryWords)),
      TablePane.Column(title: "power", isNumber: true, rank: 1, texts: gpus.map(\.powerWords)),
      TablePane.Column(title: "temp", isNumber: true, rank: 1, texts: gpus.map(\.temperatureWords)),
      TablePane.Column(title: "processes", rank: 4, most: 48, texts: gpus.map(\.processWords)),
    ]
    let trailing = problem.map { [Span($0, .warning)] } ?? []
    TablePane(context: context, title: title, trailing: trailing, columns: columns).draw(on: &canvas)
  }

  private func bar(_ gpu: GPUSample) -> String {
    guard let busy = gpu.utilisation else { return "" }
    let bar = progressBar(busy, columns: Self.barColumns, glyphs: context.glyphs)
    return bar.done + bar.left
  }
}
