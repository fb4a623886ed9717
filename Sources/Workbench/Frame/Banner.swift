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
      text =
        summary.sentence(namesCheckpoint: false) + "; q leaves" + (summary.verdict.map { ". \($0)" } ?? "")
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

  /// Lines at most: of a run that has ended nothing else is news.
  private var most: Int { role == .good ? 4 : 2 }

  /// More than one line where one would cut it.
  func rows(width: Int) -> Int { displayWidth(shown) > width ? min(most, max(2, lines(width).count)) : 1 }

  /// The lines below the first are indented.
  private func lines(_ width: Int) -> [String] {
    let first = wrapped(shown, width)
    guard first.count > 1, most > 2 else { return first }
    return [first[0]] + wrapped(first.dropFirst().joined(separator: " "), width - 3).map { "   " + $0 }
  }

  func draw(on canvas: inout Canvas, glyphs: GlyphLevel) {
    let parts = lines(canvas.columns)
    let rows = min(parts.count, most)
    let rest = parts.dropFirst(rows - 1).joined(separator: " ")
    let last = rows > 1 && !rest.hasPrefix(" ") ? "   " + rest : rest
    for (row, line) in (parts.prefix(rows - 1) + [last]).enumerated() {
      canvas.write(
        fitted(line, canvas.columns, ellipsis: glyphs.ellipsis), x: 0, y: row, style: Style(role, [.bold, .reverse]))
    }
  }
}
