import Foundation

/// A time span in at most six characters: `2:41`, `59:59`, `3h05m`, `12d04h`; `-` where `seconds` is none.
public func durationText(_ seconds: Double) -> String {
  guard isSpan(seconds) else { return "-" }
  let whole = Int(seconds.rounded())
  if whole < 3600 { return "\(whole / 60):" + twoDigits(whole % 60) }
  if whole < 100 * 3600 { return "\(whole / 3600)h" + twoDigits(whole / 60 % 60) + "m" }
  let days = whole / 86400
  return days < 100 ? "\(days)d" + twoDigits(whole / 3600 % 24) + "h" : "\(days)d"
}

/// A time span to the second, as lines of text have it: `1:05`, `2:03:04`; `unknown` where `seconds` is none.
public func clockText(_ seconds: Double) -> String {
  guard isSpan(seconds) else { return "unknown" }
  let whole = Int(seconds.rounded())
  let minutes = whole / 60 % 60
  guard whole >= 3600 else { return "\(minutes):" + twoDigits(whole % 60) }
  return "\(whole / 3600):" + twoDigits(minutes) + ":" + twoDigits(whole % 60)
}

/// `301 ms`, `2.41 s`, `12.3 s`.
public func secondsText(_ seconds: Double) -> String {
  guard seconds.isFinite else { return fixedText(seconds, decimals: 0) }
  if seconds < 0.0995 { return fixedText(seconds * 1000, decimals: 1) + " ms" }
  if seconds < 0.9995 { return fixedText(seconds * 1000, decimals: 0) + " ms" }
  if seconds < 99.95 { return fixedText(seconds, decimals: seconds < 9.995 ? 2 : 1) + " s" }
  return durationText(seconds)
}

private func isSpan(_ seconds: Double) -> Bool { seconds.isFinite && seconds >= 0 && seconds < 1e9 }

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
