import Canvas
import Foundation

extension Theme {
  /// Roles of letters that have to be read.
  private static let letters: [Role] = [
    .text, .title, .dim, .status, .key, .selection, .good, .warning, .bad, .accent,
  ]
  /// Contrast below which letters are as good as not there. WCAG asks for 4.5 to read with ease; 1 is the same colour.
  static let leastContrast = 1.25

  /// Why its letters could not be read; nil if they can, as far as their colours are known.
  /// - Parameter ground: The terminal's background, where it has told it.
  package func illegibility(on ground: Ground? = nil) -> String? {
    guard usesColor else { return nil }
    for role in Self.letters {
      let spec = spec(role)
      guard !spec.attributes.contains(.reverse), let letters = spec.foreground,
        let behind = spec.background ?? ground?.paint
      else { continue }
      guard Self.contrast(letters, behind) < Self.leastContrast else { continue }
      let place = spec.background == nil ? "the terminal's background" : behind.hex
      return "its role \(role.rawValue) is \(letters.hex) on \(place), which cannot be read: give it another colour"
    }
    return nil
  }

  /// 1 (the same) to 21 (black on white), by WCAG 2.2.
  static func contrast(_ one: Paint, _ other: Paint) -> Double {
    let (a, b) = (one.luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }
}

extension Theme.Ground {
  /// The darkest and the lightest; nil where it is either.
  fileprivate var paint: Paint? {
    switch self {
    case .dark: Paint(red: 0, green: 0, blue: 0)
    case .light: Paint(red: 255, green: 255, blue: 255)
    case .any: nil
    }
  }
}

extension Paint {
  fileprivate var hex: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Relative luminance of sRGB, 0...1.
  fileprivate var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let share = Double(value) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
