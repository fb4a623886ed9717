import Canvas
import Plotting

/// The two lowest lines: the keys that can be pressed, and what is running.
struct FooterView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    drawKeys(on: &canvas)
    drawStatus(on: &canvas)
  }

  private func drawKeys(on canvas: inout Canvas) {
    let scopes = state.keyScopes
    let shown = KeyTable.bindings.filter { scopes.contains($0.scope) && $0.footerRank != nil && isOffered($0) }
      .sorted { ($0.footerRank ?? 0) < ($1.footerRank ?? 0) }
    var x = 1
    for binding in shown {
      let key = binding.footerKey
      let name = name(binding)
      guard x + displayWidth(key) + 1 + displayWidth(name) <= canvas.columns - 1 else { break }
      let isEnabled = state.availability(of: binding.command) == .enabled
      x = canvas.write(key, x: x, y: 0, style: isEnabled ? Style(.key, .bold) : Style(.dim))
      x = canvas.write(" " + name, x: x, y: 0, style: isEnabled ? Style(.text) : Style(.dim, .dim)) + 2
    }
  }

  private func isOffered(_ binding: KeyBinding) -> Bool {
    guard case .quit(let quit) = state.dialog, case .choose(let choice) = binding.command else { return true }
    return quit.choices.contains(choice)
  }

  /// Fields of fixed width, so that the line does not move.
  private func name(_ binding: KeyBinding) -> String {
    guard binding.command == .pauseOrResume else { return binding.name }
    return state.runState == .paused ? "resume" : "pause "
  }

  private func drawStatus(on canvas: inout Canvas) {
    let text: String
    var style = Style(.status)
    if let notice = state.notice {
      text = (notice.isWarning ? "! " : "") + notice.text
      style = Style(notice.isWarning ? .warning : .accent)
    } else if !state.pending.isEmpty {
      text = state.pending.map(\.words).joined(separator: ", ") + " at the next step"
      style = Style(.accent)
    } else {
      text = facts(columns: canvas.columns).joined(separator: context.separator)
    }
    let skipped = state.latest?.skippedPictures ?? 0
    let warning = skipped > 0 ? counted(skipped, "picture") + " skipped" : ""
    let room = canvas.columns - 2 - (warning.isEmpty ? 0 : displayWidth(warning) + 2)
    canvas.write(context.fit(sanitised(text), room), x: 1, y: 1, style: style)
    canvas.writeRight([Span(warning, .warning)], maxX: canvas.columns - 1, y: 1)
  }

  /// What is running; the student without its shape where the line is short.
  private func facts(columns: Int) -> [String] {
    guard let run = state.run else { return ["? help", "q quit"] }
    var facts = (state.options.attachment.map { [$0] } ?? []) + [run.device]
    if let guidance = run.guidances.first(where: { $0.name == state.guidance }) {
      let size = parametersText(guidance.teacher.parameters)
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
