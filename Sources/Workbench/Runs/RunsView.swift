import Canvas
import Histories
import Measures
import RunEvents

/// The session's runs in a table, what is known of the marked one below; or two of them side by side.
struct RunsView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }
  private var runs: RunsState { state.runs }

  func draw(on canvas: inout Canvas) {
    if let comparison = runs.comparison {
      ComparisonView(context: context, comparison: comparison, offset: runs.comparisonOffset).draw(on: &canvas)
      return
    }
    let detail = min(5 + scoreLines, max(0, canvas.rows - 8))
    let height = canvas.rows - detail
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: height)) { drawList(on: &$0) }
    canvas.within(Rect(x: 0, y: height, width: canvas.columns, height: detail)) { drawDetail(on: &$0) }
  }

  /// Everything that a score is held against, or what says most where there is no room for that.
  private func scoreLine(_ name: String, _ baselines: EvalBaselines, _ score: Double, _ width: Int) -> String {
    let whole = ([name] + baselines.facts(of: score).map(sanitised)).joined(separator: context.separator)
    return displayWidth(whole) <= width
      ? whole : context.facts([name] + baselines.shortFacts(of: score).map(sanitised), width)
  }

  private static let mostScoreLines = 2

  /// Lines for what the scores of the marked run are held against, as many for every run.
  private var scoreLines: Int { min(Self.mostScoreLines, runs.shown.map { $0.baselines?.count ?? 0 }.max() ?? 0) }

  private func drawList(on canvas: inout Canvas) {
    let shown = runs.shown
    var title = [Span("runs ", .title, .bold)]
    let count = runs.filter.isEmpty ? "\(shown.count)" : "\(shown.count) of \(runs.listings.count)"
    title.append(Span(count, .dim))
    if !runs.filter.isEmpty {
      let filter = " /" + context.clipped(sanitised(runs.filter), max(4, canvas.columns - 50))
      title.append(Span(filter, runs.filterProblem == nil ? .accent : .warning))
      if runs.filterProblem != nil { title.append(Span(" ?", .warning, .bold)) }
    }
    var marks = ["* this run"]
    if !state.overlaidRuns.isEmpty { marks.append("letters: on the curves") }
    if shown.contains(where: { runs.isPinned($0.name) }) { marks.append("^ pinned") }
    let trailing = [Span("\(marks.joined(separator: ", "))\(context.separator)by \(runs.sort.rawValue)", .dim)]
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: true, on: &canvas) { inside in
      // The list keeps a line with its titles.
      let silent = runs.silent.prefix(max(0, inside.rows - 2))
      for (line, sentence) in silent.enumerated() {
        let text = context.fit(sanitised(sentence), inside.columns - 2)
        inside.write(text, x: 1, y: inside.rows - silent.count + line, .warning)
      }
      guard !shown.isEmpty else {
        inside.write(emptyText, x: 1, y: 0, .dim)
        return
      }
      let columns = RunColumns(width: inside.columns, context: context)
      columns.drawTitles(on: &inside)
      let rect = Rect(x: 0, y: 1, width: inside.columns, height: max(1, inside.rows - 1 - silent.count))
      let selected = shown.firstIndex { $0.name == runs.selected } ?? 0
      context.list(shown, marked: selected, in: rect, on: &inside) { columns.draw($0, $1, on: &$2) }
    }
  }

  private var emptyText: String {
    if !runs.hasLoaded { return "reading the run store" }
    return runs.listings.isEmpty ? "no runs yet: mvp run begins one" : "no run passes the filter: esc shows all"
  }

  private func drawDetail(on canvas: inout Canvas) {
    guard canvas.rows >= 3 else { return }
    let listing = runs.selectedListing
    let name = listing.map { sanitised($0.name) } ?? "no run"
    context.pane(
      canvas.bounds, title: [Span(context.clipped(name, max(4, canvas.columns - 8)), .title, .bold)], on: &canvas
    ) { inside in
      guard let listing else {
        inside.write("up and down mark a run", x: 1, y: 0, .dim)
        return
      }
      var facts = [
        "seed \(listing.seed)", "begun \(ageText(runs.readAt.timeIntervalSince(listing.created))) ago",
        "last heard of \(ageText(runs.readAt.timeIntervalSince(listing.updated))) ago",
      ]
      if let origin = listing.origin { facts.insert(sanitised(origin.words), at: 0) }
      if let trial = listing.trial { facts.insert(sanitised(trial.words), at: 0) }
      if let bytes = listing.checkpointBytes { facts.append("checkpoints \(bytesText(bytes))") }
      if let reason = listing.reason { facts.append(sanitised(reason)) }
      let tags = listing.tags.isEmpty ? "no tags" : "tags " + listing.tags.map { sanitised($0) }.joined(separator: " ")
      let scores = (listing.baselines ?? [:]).sorted { $0.key < $1.key }.prefix(Self.mostScoreLines).compactMap {
        kind, baselines in
        listing.evals[kind].map { score in
          scoreLine("\(state.view.evalName(kind)) \(scoreText(score))", baselines, score, inside.columns - 2)
        }
      }
      let lines =
        [facts.joined(separator: context.separator)] + scores + [
          tags,
          listing.note.isEmpty ? "no note" : "note: " + sanitised(listing.note),
        ]
      for (row, line) in lines.prefix(inside.rows).enumerated() {
        inside.write(context.fit(line, inside.columns - 2), x: 1, y: row, row == 0 ? .text : .dim)
      }
    }
  }
}

/// `12s`, `3m`, `5h`, `12d`.
func ageText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e10 else { return "-" }
  let whole = Int(max(0, seconds))
  return whole < 60
    ? "\(whole)s" : whole < 3600 ? "\(whole / 60)m" : whole < 86400 ? "\(whole / 3600)h" : "\(whole / 86400)d"
}

/// The table's columns; what matters least is left out where the line is short.
private struct RunColumns {
  private struct Column {
    var title: String
    var width: Int
    var isNumber = false
    /// The greatest goes first.
    var rank = 0
    var text: (RunListing) -> String
  }

  let context: ViewContext
  private let columns: [Column]
  /// Colours of the runs that are laid over the curves.
  private let roles: [String: Role]

  init(width: Int, context: ViewContext) {
    self.context = context
    let overlaid = context.state.overlaidRuns
    roles = Dictionary(zip(overlaid, RunRoles.roles(of: overlaid)), uniquingKeysWith: { first, _ in first })
    let runs = context.state.runs
    let widest = runs.listings.map { displayWidth(sanitised($0.name)) }.max() ?? 4
    let steps = runs.listings.map { Self.steps($0).count }.max() ?? 4
    let kinds = Set(runs.listings.flatMap(\.evals.keys)).sorted()
    var columns = [
      Column(title: "run", width: min(28, max(8, widest))) { sanitised($0.name) },
      Column(title: "state", width: 11) { sanitised($0.state.rawValue) },
      Column(title: "guide", width: 6, rank: 2) { guidanceName($0.guidance) },
      Column(title: "step", width: max(4, steps), isNumber: true, rank: 1) { Self.steps($0) },
      Column(title: "loss", width: 8, isNumber: true) { $0.loss.map { Metric.loss.text($0) } ?? "-" },
    ]
    for (index, kind) in kinds.prefix(4).enumerated() {
      let name = context.fit(context.state.view.shortEvalName(kind), 6)
      columns.append(
        Column(title: name, width: 6, isNumber: true, rank: 3 + index) { listing in
          listing.evals[kind].map(scoreText) ?? "-"
        })
    }
    if runs.shown.contains(where: { $0.origin != nil }) {
      let widest = runs.shown.map { displayWidth(Self.origin($0)) }.max() ?? 0
      columns.append(Column(title: "fork of", width: min(28, max(7, widest)), rank: 6) { Self.origin($0) })
    }
    if runs.shown.contains(where: { $0.trial != nil }) {
      let widest = runs.shown.map { displayWidth(Self.trial($0)) }.max() ?? 0
      columns.append(Column(title: "trial of", width: min(28, max(8, widest)), rank: 6) { Self.trial($0) })
    }
    for (index, key) in runs.shownDiffering.prefix(6).enumerated() {
      let values = runs.shown.map { displayWidth(Self.value(key, $0)) }.max() ?? 1
      let title = key.split(separator: ".").last.map(String.init) ?? key
      columns.append(
        Column(title: title, width: min(Self.widestValue, max(displayWidth(title), values)), rank: 7 + index) {
          Self.value(key, $0)
        })
    }
    if runs.shown.contains(where: { $0.seconds != nil }) {
      columns += [
        Column(title: "trained", width: 8, isNumber: true, rank: 15) { $0.seconds.map(durationText) ?? "-" },
        Column(title: "img/s", width: 6, isNumber: true, rank: 16) { $0.rate.map(rateText) ?? "-" },
      ]
    }
    if runs.shown.contains(where: { $0.checkpointBytes != nil }) {
      columns.append(
        Column(title: "disk", width: 8, isNumber: true, rank: 14) { $0.checkpointBytes.map(bytesText) ?? "-" })
    }
    columns += [
      Column(title: "age", width: 4, isNumber: true, rank: 13) {
        ageText(runs.readAt.timeIntervalSince($0.updated))
      },
      Column(title: "seed", width: 5, isNumber: true, rank: 18) { String($0.seed) },
      Column(title: "tags", width: 20, rank: 17) { listing in listing.tags.map { sanitised($0) }.joined(separator: " ")
      },
    ]
    func total() -> Int { columns.reduce(4) { $0 + $1.width + 2 } }
    while total() > width, let worst = columns.map(\.rank).max(), worst > 0 { columns.removeAll { $0.rank == worst } }
    self.columns = columns
  }

  private static let widestValue = 12

  /// A value of a run's configuration; a long number is rounded.
  private static func value(_ key: String, _ listing: RunListing) -> String {
    let text = sanitised(listing.values?[key] ?? "-")
    guard text.count > widestValue, let number = Double(text) else { return text }
    return significantText(number, digits: 4)
  }

  /// `brisk-otter at 500`
  private static func origin(_ listing: RunListing) -> String {
    listing.origin.map { sanitised("\($0.run) at \($0.step)") } ?? "-"
  }

  /// `brisk-otter at 500`
  private static func trial(_ listing: RunListing) -> String {
    listing.trial.map { sanitised($0.run + ($0.step.map { " at \($0)" } ?? "")) } ?? "-"
  }

  /// An untrained student has none.
  private static func steps(_ listing: RunListing) -> String {
    listing.totalSteps > 0 ? "\(listing.step)/\(listing.totalSteps)" : "-"
  }

  func drawTitles(on canvas: inout Canvas) {
    var x = 4
    for column in columns {
      let title = context.fit(column.title, column.width, column.isNumber ? .right : .left)
      x = canvas.write(title, x: x, y: 0, .dim, .underline) + 2
    }
  }

  func draw(_ listing: RunListing, _ line: MarkedLine, on canvas: inout Canvas) {
    let state = context.state
    let isCurrent = listing.name == state.run?.run
    if state.runs.isPinned(listing.name) { canvas.write("^", x: 1, y: 0, style: line.style(.accent, .bold)) }
    if let letter = state.curves.overlayLetter(of: listing.name, watched: state.watched.reference) {
      canvas.write(String(letter), x: 2, y: 0, style: line.style(roles[listing.name] ?? .accent, .bold))
    } else if isCurrent {
      canvas.write("*", x: 2, y: 0, style: line.style(.accent, .bold))
    }
    var x = 4
    for (index, column) in columns.enumerated() {
      let text = context.fit(column.text(listing), column.width, column.isNumber ? .right : .left)
      x = canvas.write(text, x: x, y: 0, style: line.style(index == 1 ? role(listing) : .text)) + 2
    }
  }

  private func role(_ listing: RunListing) -> Role {
    switch listing.state {
    case .running, .finished: .good
    case .failed: .bad
    case .interrupted, .stopped, .paused: .warning
    default: .dim
    }
  }
}
