/// How many colours may be used, from none to the full range. Each level can show what the levels below it can.
package enum ColorLevel: Int, CaseIterable, Comparable, Sendable {
  /// No colours: bold, reverse and underline alone.
  case mono
  case eight
  case sixteen
  case palette256
  /// 15 bits or more, by red, green and blue.
  case truecolor

  package static func < (left: ColorLevel, right: ColorLevel) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The level that a terminal type with this many colours allows.
  package init(colors: Int) {
    switch colors {
    case ..<8: self = .mono
    case ..<16: self = .eight
    case ..<256: self = .sixteen
    case 256: self = .palette256
    default: self = .truecolor
    }
  }
}

/// What a person asked for with `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
  case auto
  case never
  case eight = "8"
  case sixteen = "16"
  case palette256 = "256"
  case truecolor

  /// The level asked for; nil leaves it to the terminal.
  var level: ColorLevel? {
    switch self {
    case .auto: nil
    case .never: .mono
    case .eight: .eight
    case .sixteen: .sixteen
    case .palette256: .palette256
    case .truecolor: .truecolor
    }
  }
}
