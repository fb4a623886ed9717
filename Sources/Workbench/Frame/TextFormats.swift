import Canvas
import Foundation
import Plotting

/// A time span in at most six characters: `2:41`, `59:59`, `3h05m`, `12d04h`.
func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "-" }
  let whole = Int(seconds.rounded())
  func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  if whole < 3600 { return "\(whole / 60):" + twoDigits(whole % 60) }
  if whole < 100 * 3600 { return "\(whole / 3600)h" + twoDigits(whole / 60 % 60) + "m" }
  let days = whole / 86400
  return days < 100 ? "\(days)d" + twoDigits(whole / 3600 % 24) + "h" : "\(days)d"
}

/// `301 ms`, `2.41 s`, `12.3 s`.
func secondsText(_ seconds: Double) -> String {
  guard seconds.isFinite else { return fixedText(seconds, decimals: 0) }
  if seconds < 0.0995 { return fixedText(seconds * 1000, decimals: 1) + " ms" }
  if seconds < 0.9995 { return fixedText(seconds * 1000, decimals: 0) + " ms" }
  if seconds < 99.95 { return fixedText(seconds, decimals: seconds < 9.995 ? 2 : 1) + " s" }
  return durationText(seconds)
}

/// `12.4 MB`, in powers of 1000.
func bytesText(_ bytes: Int) -> String {
  let value = Double(bytes)
  for (unit, name) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where value >= unit * 0.9995 {
    return fixedText(value / unit, decimals: value / unit < 99.95 ? 1 : 0) + " " + name
  }
  return "\(bytes) B"
}

/// A rate in at most five characters: `0.42`, `8.31`, `21.3`, `212`, `12.3k`.
func rateText(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 9999.5 else { return countText(value) }
  let size = abs(value)
  return fixedText(value, decimals: size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
}

/// `1.4 M`, `86 M`, `640`.
func parametersText(_ count: Int) -> String {
  let text = countText(Double(count))
  guard let suffix = text.last, suffix.isLetter else { return text }
  return text.dropLast() + " " + String(suffix)
}

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
