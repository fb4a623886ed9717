import Canvas
import Histories
import Plotting
import RunEvents

/// The processes that train the run together, and which of them the others wait for.
struct RanksPane {
  let context: ViewContext

  func draw(on canvas: inout Canvas) {
    let all = context.state.system.sample?.ranks ?? []
    // Where not all have room, those that matter are seen.
    let isCut = TablePane.rows(all.count) > canvas.rows
    let ranks = isCut ? all.filter(\.isStraggler) + all.filter { !$0.isStraggler } : all
    var title = [Span("ranks ", .title, .bold), Span("\(all.count)", .dim)]
    if let slow = all.first(where: \.isStraggler) {
      title.append(Span("  rank \(slow.rank) on \(sanitised(slow.host)) keeps the others waiting", .warning))
    }
    let columns = [
      TablePane.Column(title: "rank", isNumber: true, texts: ranks.map { "\($0.rank)" }),
      TablePane.Column(title: "host", most: 24, texts: ranks.map { sanitised($0.host) }),
      TablePane.Column(title: "computes", isNumber: true, texts: ranks.map { secondsText($0.computeSeconds) }),
      TablePane.Column(title: "waits", isNumber: true, texts: ranks.map { secondsText($0.waitSeconds) }),
      TablePane.Column(title: "", isNumber: true, rank: 1, texts: ranks.map { shareText($0.waitShare) }),
      TablePane.Column(title: "load", isNumber: true, rank: 2, texts: ranks.map(\.loadWords)),
    ]
    TablePane(context: context, title: title, columns: columns) { ranks[$0].isStraggler ? .warning : .text }
      .draw(on: &canvas)
  }
}
