import Canvas
import Histories
import Plotting
import Recipe

/// The lowest line: the views, and beside them what was said last, what is about to happen, or what is running.
struct StatusLine {
  let context: ViewContext

  private static let gap = 2

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    var room = canvas.columns - 1
    let skipped = state.watched.latest?.skippedPictures ?? 0
    if skipped > 0 {
      let warning = counted(skipped, "picture") + " skipped"
      canvas.writeRight([Span(warning, .warning)], maxX: canvas.columns - 1, y: 0)
      room -= displayWidth(warning) + Self.gap
    }
    let bar = ViewBar(context: context)
    func drawBar(beside text: Int) -> Int {
      guard let form = bar.form(columns: room - (text > 0 ? text + Self.gap : 0)) else { return 1 }
      bar.draw(form, on: &canvas)
      return bar.width(form) + Self.gap
    }
    if let said {
      let x = drawBar(beside: displayWidth(said.text))
      canvas.write(context.fit(said.text, room - x), x: x, y: 0, style: said.style)
      return
    }
    let facts = facts
    let x = drawBar(beside: displayWidth(facts.filter { $0.rank == 0 }.map(\.text).joined(separator: separator)))
    let shown = StatusFact.fitting(facts, columns: room - x, separator: separator).joined(separator: separator)
    canvas.writeRight([Span(shown, .status)], maxX: room, y: 0)
  }

  private var separator: String { context.separator }

  private var said: Span? {
    if let notice = state.screen.notice {
      return Span(sanitised((notice.isWarning ? "! " : "") + notice.text), notice.isWarning ? .warning : .accent)
    }
    guard !state.watched.pending.isEmpty else { return nil }
    let words = state.watched.pending.map { $0.words(in: state.view) }.joined(separator: ", ")
    return Span(sanitised(words) + " at the next step", .accent)
  }

  /// What is running.
  private var facts: [StatusFact] {
    if state.isMonitor {
      return [StatusFact("the machine, no run", rank: 1)]
        + (state.system.sample.map { [StatusFact($0.folder, rank: 2)] } ?? [])
    }
    guard let run = state.run else { return [StatusFact("loading student, teachers and pictures", rank: 1)] }
    var facts = state.options.attachment.map { [StatusFact($0, rank: 0)] } ?? []
    facts.append(StatusFact(run.device, rank: 5))
    if let guidance = run.guidances.first(where: { $0.name == state.watched.guidance }) {
      let size = guidance.teacher.parameters > 0 ? parametersText(guidance.teacher.parameters) : "no network"
      facts.append(StatusFact("teacher \(guidance.teacher.summary) \(size)", short: "teacher \(size)", rank: 2))
    } else if !state.watched.guidance.isEmpty {
      let parts = GuidanceMixture.parts(of: state.watched.guidance)
      facts.append(
        StatusFact("teachers \(parts.joined(separator: " and "))", short: "\(parts.count) teachers", rank: 2))
    }
    let student = parametersText(run.student.parameters)
    facts.append(StatusFact("student \(run.student.summary) \(student)", short: "student \(student)", rank: 1))
    facts.append(
      StatusFact("batch \(countText(Double(run.batchSize) * Double(max(1, run.accumulation))))", rank: 3))
    facts.append(StatusFact("\(run.dataset) \(countText(Double(run.datasetSize)))", rank: 4))
    return facts
  }
}

/// Something that is known of the run, in one line with others: whole, in short, or not at all.
struct StatusFact {
  var text: String
  var short: String
  /// The greatest goes first where the line is short.
  var rank: Int

  init(_ text: String, short: String? = nil, rank: Int) {
    self.text = sanitised(text)
    self.short = sanitised(short ?? text)
    self.rank = rank
  }

  /// The facts that fit, in their order.
  static func fitting(_ facts: [StatusFact], columns: Int, separator: String) -> [String] {
    func fits(_ texts: [String]) -> Bool { displayWidth(texts.joined(separator: separator)) <= columns }
    let whole = facts.map(\.text)
    if fits(whole) { return whole }
    var shown: [Int] = []
    for index in facts.indices.sorted(by: { (facts[$0].rank, $0) < (facts[$1].rank, $1) }) {
      let more = (shown + [index]).sorted()
      if fits(more.map { facts[$0].short }) { shown = more }
    }
    return shown.map { facts[$0].short }
  }
}
