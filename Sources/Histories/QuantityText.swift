/// `12.4 MB`, in powers of 1000.
public func bytesText(_ bytes: Int) -> String {
  let value = Double(bytes)
  for (unit, name) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where value >= unit * 0.9995 {
    return fixedText(value / unit, decimals: value / unit < 99.95 ? 1 : 0) + " " + name
  }
  return "\(bytes) B"
}

/// A rate in at most five characters: `0.42`, `8.31`, `21.3`, `212`, `12.3k`.
public func rateText(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 9999.5 else { return countText(value) }
  let size = abs(value)
  return fixedText(value, decimals: size < 9.995 ? 2 : size < 99.95 ? 1 : 0)
}

/// `1.4 M`, `86 M`, `640`.
public func parametersText(_ count: Int) -> String {
  let text = countText(Double(count))
  guard let suffix = text.last, suffix.isLetter else { return text }
  return text.dropLast() + " " + String(suffix)
}
