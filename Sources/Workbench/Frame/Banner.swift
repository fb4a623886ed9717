import Canvas

/// A line under the header where something wants attention: why the run is paused, that it failed, how it ended.
struct Banner {
  let text: String
  let role: Role

  init?(_ run: WatchedRun) {
    switch run.state {
    case .failed:
      text = (run.summary?.sentence() ?? run.cause ?? "failed without a reason")
      role = .bad
    case .finished:
      guard let summary = run.summary else { return nil }
      // Its checkpoint stands in the log: a path would push out what to do.
      text = summary.sentence(namesCheckpoint: false) + "; q leaves"
      role = .good
    case .paused:
      guard let cause = run.cause else { return nil }
      text = cause + "; p resumes, n trains one step"
      role = .bad
    case .stopping:
      text = "stopping" + (run.cause.map { ": \($0)" } ?? " at the next step; q again to leave at once")
      role = .warning
    case .preparing, .running:
      guard let notice = run.health.worst else { return nil }
      let others = run.health.notices.count - 1
      text =
        notice.cause + (notice.advice.isEmpty ? "" : ": \(notice.advice)") + (others > 0 ? " (+\(others) more)" : "")
      role = notice.condition == .plateau ? .warning : .bad
    }
  }

  private var shown: String { " ! " + sanitised(text) }

  /// Two lines where one would cut it.
  func rows(width: Int) -> Int { displayWidth(shown) > width ? 2 : 1 }

  func draw(on canvas: inout Canvas, glyphs: GlyphLevel) {
    let parts = wrapped(shown, canvas.columns)
    let lines = parts.count == 1 ? parts : [parts[0], "   " + parts.dropFirst().joined(separator: " ")]
    for (row, line) in lines.enumerated() {
      canvas.write(
        fitted(line, canvas.columns, ellipsis: glyphs.ellipsis), x: 0, y: row, style: Style(role, [.bold, .reverse]))
    }
  }
}
