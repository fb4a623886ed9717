/// How a number is written. Each front end has the words for it.
public enum NumberFormat: Hashable, Sendable {
  /// With so many decimals: `-0.8920`.
  case fixed(Int)
  /// With so many decimals below 1000, and scientific from there on.
  case magnitude(Int)
  /// With so many digits and an exponent: `1.50e-3`.
  case scientific(Int)
  /// Three digits: `8.31`, `21.3`, `212`.
  case rate
  /// With the unit that suits: `301 ms`, `2.41 s`.
  case seconds
}

/// As one text: `fixed 4`, `rate`. A format of a later version is read as one that suits any number.
extension NumberFormat: Codable {
  private var text: String {
    switch self {
    case .fixed(let decimals): "fixed \(decimals)"
    case .magnitude(let decimals): "magnitude \(decimals)"
    case .scientific(let digits): "scientific \(digits)"
    case .rate: "rate"
    case .seconds: "seconds"
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let words = text.split(separator: " ")
    let digits = words.count == 2 ? Int(words[1]).map { Swift.min(Swift.max(0, $0), 9) } : nil
    switch (words.first, digits) {
    case ("fixed", let digits?): self = .fixed(digits)
    case ("magnitude", let digits?): self = .magnitude(digits)
    case ("scientific", let digits?): self = .scientific(digits)
    case ("rate", nil): self = .rate
    case ("seconds", nil): self = .seconds
    default: self = .magnitude(3)
    }
  }
}
