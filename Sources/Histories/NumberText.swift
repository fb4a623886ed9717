import Foundation

/// A number with a fixed count of decimals; `nan`, `inf` and `-inf` in words, never a negative zero.
public func fixedText(_ value: Double, decimals: Int) -> String {
  guard value.isFinite else { return nonFiniteText(value) }
  guard abs(value) < 1e12 else { return scientificText(value, digits: 3) }
  let decimals = min(max(0, decimals), 9)
  let scale = pow(10, Double(decimals))
  guard abs(value) * scale < 9e15 else { return scientificText(value, digits: 3) }
  let scaled = Int((value * scale).rounded())
  let sign = scaled < 0 ? "-" : ""
  let magnitude = String(abs(scaled))
  if decimals == 0 { return sign + magnitude }
  let padded = String(repeating: "0", count: max(0, decimals + 1 - magnitude.count)) + magnitude
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

/// `1.2e-3`, with at most `digits` digits in all and no trailing zeros unless `keepingZeros`.
public func scientificText(_ value: Double, digits: Int = 2, keepingZeros: Bool = false) -> String {
  guard value.isFinite else { return nonFiniteText(value) }
  guard value != 0 else { return "0" }
  var exponent = Int(log10(abs(value)).rounded(.down))
  var mantissa = value / pow(10, Double(exponent))
  let unit = pow(10, Double(max(0, digits - 1)))
  mantissa = (mantissa * unit).rounded() / unit
  if abs(mantissa) >= 10 {
    mantissa /= 10
    exponent += 1
  } else if abs(mantissa) < 1 {
    mantissa *= 10
    exponent -= 1
  }
  var text = fixedText(mantissa, decimals: max(0, digits - 1))
  if !keepingZeros, text.contains(".") {
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
  }
  return text + "e" + String(exponent)
}

/// A count in at most five characters: `750`, `1.5k`, `12k`, `1.2M`, `86M`.
public func countText(_ value: Double) -> String {
  guard value.isFinite else { return nonFiniteText(value) }
  for (unit, suffix) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= unit * 0.99995 {
    let scaled = value / unit
    let rounded = fixedText(scaled, decimals: abs(scaled) < 9.95 ? 1 : 0)
    return (rounded.hasSuffix(".0") ? String(rounded.dropLast(2)) : rounded) + suffix
  }
  return value == value.rounded() ? fixedText(value, decimals: 0) : fixedText(value, decimals: 1)
}

/// A number to so many significant digits, as `printf` has it: `0.000325`, `1e-05`.
public func significantText(_ value: Double, digits: Int = 3) -> String {
  value.isFinite ? String(format: "%.\(digits)g", value) : nonFiniteText(value)
}

private func nonFiniteText(_ value: Double) -> String {
  value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
}
