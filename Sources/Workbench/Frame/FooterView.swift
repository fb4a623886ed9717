import Canvas
import Histories
import Plotting

/// The two lowest lines: the keys that can be pressed, and what is running.
struct FooterView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    drawKeys(on: &canvas)
    drawStatus(on: &canvas)
  }

  /// The keys that do something now, as many as fit; those that lead out and to the help always.
  private func drawKeys(on canvas: inout Canvas) {
    let offered = offered
    var room = canvas.columns - 2 + Self.gap
    func take(_ binding: KeyBinding) -> Bool {
      let width = displayWidth(binding.footerKey) + 1 + displayWidth(name(binding)) + Self.gap
      guard width <= room else { return false }
      room -= width
      return true
    }
    var shown = offered.map { $0.isEssential && take($0) }
    for (index, binding) in offered.enumerated() where !shown[index] {
      guard take(binding) else { break }
      shown[index] = true
    }
    var x = 1
    for (binding, isShown) in zip(offered, shown) where isShown {
      let start = x
      x = canvas.write(binding.footerKey, x: x, y: 0, .key, .bold)
      x = canvas.write(" " + name(binding), x: x, y: 0, .text)
      if let key = binding.keys.first {
        context.target(.key(key), Rect(x: start, y: 0, width: x - start, height: 1), on: canvas)
      }
      x += Self.gap
    }
  }

  private static let gap = 2

  /// By their order in the table where they have the same rank.
  private var offered: [KeyBinding] {
    let scopes = state.screen.keyScopes
    let bindings = KeyTable.bindings.filter { scopes.contains($0.scope) && isOffered($0) }
    return bindings.enumerated()
      .sorted { ($0.element.footerRank ?? 0, $0.offset) < ($1.element.footerRank ?? 0, $1.offset) }.map(\.element)
  }

  private func isOffered(_ binding: KeyBinding) -> Bool {
    guard binding.footerRank != nil, state.availability(of: binding.command) == .enabled else { return false }
    // Where the workbench begins, ESC leads nowhere.
    if binding.command == .back, state.screen.dialog == nil, state.isMonitor, state.screen.view == .system {
      return state.system.isEnlarged
    }
    if let views = binding.concerns, state.screen.dialog == nil, !views.contains(state.screen.view) { return false }
    guard case .quit(let quit) = state.screen.dialog, case .choose(let choice) = binding.command else { return true }
    return quit.choices.contains(choice)
  }

  /// Fields of fixed width, so that the line does not move.
  private func name(_ binding: KeyBinding) -> String {
    guard binding.command == .pauseOrResume else { return binding.footerName }
    return state.watched.state == .paused ? "resume" : "pause "
  }

  private func drawStatus(on canvas: inout Canvas) {
    let text: String
    var style = Style(.status)
    if let notice = state.screen.notice {
      text = (notice.isWarning ? "! " : "") + notice.text
      style = Style(notice.isWarning ? .warning : .accent)
    } else if !state.watched.pending.isEmpty {
      text = state.watched.pending.map { $0.words(in: state.view) }.joined(separator: ", ") + " at the next step"
      style = Style(.accent)
    } else {
      text = facts(columns: canvas.columns).joined(separator: context.separator)
    }
    let skipped = state.watched.latest?.skippedPictures ?? 0
    let warning = skipped > 0 ? counted(skipped, "picture") + " skipped" : ""
    let room = canvas.columns - 2 - (warning.isEmpty ? 0 : displayWidth(warning) + 2)
    canvas.write(context.fit(sanitised(text), room), x: 1, y: 1, style: style)
    canvas.writeRight([Span(warning, .warning)], maxX: canvas.columns - 1, y: 1)
  }

  /// What is running; the student without its shape where the line is short.
  private func facts(columns: Int) -> [String] {
    if state.isMonitor { return ["the machine, no run"] + (state.system.sample.map { [sanitised($0.folder)] } ?? []) }
    guard let run = state.run else { return ["loading student, teachers and pictures"] }
    var facts = (state.options.attachment.map { [$0] } ?? []) + [run.device]
    if let guidance = run.guidances.first(where: { $0.name == state.watched.guidance }) {
      let size = guidance.teacher.parameters > 0 ? parametersText(guidance.teacher.parameters) : "no network"
      facts.append(columns >= 140 ? "teacher \(guidance.teacher.summary) \(size)" : "teacher \(size)")
    }
    let student = parametersText(run.student.parameters)
    facts.append(columns >= 110 ? "student \(run.student.summary) \(student)" : "student \(student)")
    if columns >= 110 {
      facts.append("batch \(countText(Double(run.batchSize) * Double(max(1, run.accumulation))))")
      facts.append("\(run.dataset) \(countText(Double(run.datasetSize)))")
    }
    return facts
  }
}
