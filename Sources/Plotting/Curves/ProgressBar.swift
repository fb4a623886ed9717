import Canvas

/// A bar of exactly `columns` characters: what is done, then what is left. Anything outside of 0...1 is clamped.
public func progressBar(_ fraction: Double, columns: Int, glyphs: GlyphLevel) -> (done: String, left: String) {
  let columns = max(0, columns)
  let fraction = fraction.isFinite ? min(max(0, fraction), 1) : 0
  // Full only when it is done.
  let done = fraction >= 1 ? columns : min(Int(fraction * Double(columns)), max(0, columns - 1))
  let (full, empty) = glyphs == .ascii ? ("#", "-") : ("█", "░")
  return (String(repeating: full, count: done), String(repeating: empty, count: columns - done))
}
