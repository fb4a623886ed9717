import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// The uppermost line: which run, under which guidance, in which state, how far.
struct HeaderView {
  let context: ViewContext

  private static let leastNameColumns = 8

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    if let machine = state.options.machine { return drawMonitor(machine, on: &canvas) }
    guard let run = state.run else {
      let end = canvas.write(" MVP Workbench", x: 0, y: 0, .title, .bold)
      canvas.writeRight([stateSpan, Span(" ")], maxX: canvas.columns, y: 0)
      canvas.write("  waiting for the run to start", x: end, y: 0, .dim)
      return
    }
    var fields = fields(run, wide: canvas.columns >= 100)
    // What matters least goes first where the line is short.
    func width() -> Int { fields.reduce(1) { $0 + $1.spans.reduce(2) { $0 + displayWidth($1.text) } } }
    while canvas.columns - width() < Self.leastNameColumns, let least = fields.map(\.rank).max(), least > 0 {
      fields.removeAll { $0.rank == least }
    }
    let columns = max(0, canvas.columns - width() - 1)
    let name = sanitised(run.session) + (columns > 24 ? " / " : "/") + sanitised(run.run)
    canvas.write(context.fit(name, columns), x: 1, y: 0, .title, .bold)
    var spans: [Span] = []
    for field in fields { spans += [Span("  ")] + field.spans }
    canvas.writeRight(spans + [Span(" ")], maxX: canvas.columns, y: 0)
  }

  /// `build-host   MONITOR  2 cores  watched 2:41`
  private func drawMonitor(_ machine: String, on canvas: inout Canvas) {
    var spans = [Span("MONITOR", .good, .bold)]
    if let cores = state.system.sample?.cores.count, cores > 0 { spans.append(Span("  " + counted(cores, "core"))) }
    let watched = state.watched.history.clock.last?.elapsed ?? 0
    spans += [Span("  watched ", .dim), Span(context.fit(durationText(watched), 6)), Span(" ")]
    let width = spans.reduce(0) { $0 + displayWidth($1.text) }
    canvas.write(context.fit(sanitised(machine), max(0, canvas.columns - width - 2)), x: 1, y: 0, .title, .bold)
    canvas.writeRight(spans, maxX: canvas.columns, y: 0)
  }

  private struct Field {
    var spans: [Span]
    /// 0: always there; the greatest goes first.
    var rank: Int
  }

  private func fields(_ run: RunDescription, wide: Bool) -> [Field] {
    var fields = [
      Field(spans: [guidanceSpan(run)], rank: 0),
      Field(spans: [stateSpan], rank: 0),
      Field(
        spans: [
          Span("step ", .dim), Span(stepText + "/\(state.watched.totalSteps)"),
          Span(" " + percentText(fraction)),
        ], rank: 0),
      Field(spans: [Span("ETA ", .dim), Span(context.fit(etaText, 6))], rank: 1),
      Field(spans: [Span(context.fit(speedText, 4, .right)), Span(" img/s", .dim)], rank: 2),
    ]
    if wide {
      let epoch = state.watched.latest.map { fixedText($0.epoch, decimals: 2) } ?? "-"
      fields.append(Field(spans: [Span("epoch ", .dim), Span(context.fit(epoch, 6))], rank: 3))
      let elapsed = state.watched.latest.map { durationText($0.elapsedSeconds) } ?? "-"
      fields.append(Field(spans: [Span("elapsed ", .dim), Span(context.fit(elapsed, 6))], rank: 4))
    }
    return fields
  }

  private func guidanceSpan(_ run: RunDescription) -> Span {
    if run.guidances.isEmpty, run.task != nil {
      return Span(sanitised(String(run.activity.drop { $0 != " " }.dropFirst())), .accent, .bold)
    }
    let names = run.guidances.map(\.name) + (run.mixtures ?? [])
    let widest = names.map { displayWidth(guidanceName($0)) }.max() ?? 4
    let text = context.fit(guidanceName(state.watched.guidance), min(12, widest))
    return Span(text, context.role(guidance: state.watched.guidance), .bold)
  }

  private var stateSpan: Span {
    let (word, role) = stateWord
    return Span(fitted(word, 9), role, .bold)
  }

  /// Upper case: the run is in this state. Lower case: it was asked to be, and is not yet.
  private var stateWord: (String, Role) {
    for pending in state.watched.pending.reversed() {
      switch pending.command {
      case .pause: return ("pausing", .warning)
      case .resume: return ("resuming", .accent)
      case .advance: return ("stepping", .accent)
      case .stop: return ("stopping", .warning)
      case .handOver: return ("detaching", .accent)
      default: continue
      }
    }
    switch state.watched.state {
    case .preparing: return ("PREPARING", .dim)
    case .running: return ("RUNNING", .good)
    case .paused: return ("PAUSED", .warning)
    case .stopping: return ("STOPPING", .warning)
    case .finished:
      switch state.watched.summary?.outcome {
      case .stopped: return ("STOPPED", .warning)
      // Of a process that was killed, and of one that can no longer be heard.
      case .interrupted: return ("CUT OFF", .bad)
      case .lost: return ("LOST", .bad)
      default: return ("FINISHED", .good)
      }
    case .failed: return ("FAILED", .bad)
    }
  }

  private var stepText: String {
    fitted(String(state.step), String(state.watched.totalSteps).count, alignment: .right)
  }

  private var fraction: Double {
    state.watched.totalSteps > 0 ? Double(state.step) / Double(state.watched.totalSteps) : 0
  }

  private var etaText: String { state.eta.map(durationText) ?? "-" }

  private var speedText: String {
    state.watched.history[.imagesPerSecond].smoothed(1).map(rateText) ?? "-"
  }
}
