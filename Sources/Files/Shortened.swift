/// A text of somebody else's as an error quotes it: in one line, and cut where it is long.
package func shortened(_ text: String, to limit: Int = 80) -> String {
  let start = text.prefix(limit + 1)
  let line = String(start.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  return start.count > limit ? line.dropLast() + "\u{2026}" : line
}
