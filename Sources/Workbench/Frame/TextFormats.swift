import Canvas
import Histories

/// ` 43%` in four columns; 100% only when all is done.
func percentText(_ fraction: Double) -> String {
  guard fraction.isFinite else { return "  - " }
  let percent = fraction >= 1 ? 100 : min(99, max(0, Int(fraction * 100)))
  return fitted("\(percent)%", 4, alignment: .right)
}

/// A part of a whole in four columns, to the nearest percent: parts add up to it.
func shareText(_ fraction: Double) -> String {
  guard fraction.isFinite, fraction >= 0 else { return "  - " }
  let percent = (min(fraction, 1) * 100).rounded()
  return percent == 0 && fraction > 0 ? " <1%" : fitted("\(Int(percent))%", 4, alignment: .right)
}

/// A cosine without its zero: `.81`, `-.05`, `1.0`.
func shortCosineText(_ value: Double) -> String {
  guard value.isFinite else { return "-" }
  let text = fixedText(value, decimals: 2)
  if text.hasPrefix("0.") { return String(text.dropFirst()) }
  if text.hasPrefix("-0.") { return "-" + text.dropFirst(2) }
  return fixedText(value, decimals: 1)
}

/// `1 picture`, `3 pictures`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
