import Canvas

/// One colour in the three forms that terminals want.
package struct Paint: Equatable, Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8
  /// Index in the palette of 256.
  package var index256: UInt8
  /// One of the 16 colours by number: 0...7 normal, 8...15 bright.
  package var index16: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8, index256: UInt8, index16: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
    self.index256 = index256
    self.index16 = index16
  }

  /// Names of the 16 colours as themes write them, in the order of their numbers.
  package static let names16 = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
  ]

  /// The forms of a colour that is given by value: nearest in the palette of 256 and among the 16.
  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.init(
      red: red, green: green, blue: blue, index256: nearest256(red, green, blue),
      index16: nearest16(red, green, blue))
  }
}

/// Nearest entry of the colour cube (16...231) or the grey ramp (232...255) of the palette of 256, by squared distance.
/// The 16 first entries are left out: users give them colours of their own.
func nearest256(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
  let (r, g, b) = (Int(red), Int(green), Int(blue))
  func cube(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
  func level(_ step: Int) -> Int { step == 0 ? 0 : 55 + 40 * step }
  func distance(_ r2: Int, _ g2: Int, _ b2: Int) -> Int {
    (r - r2) * (r - r2) + (g - g2) * (g - g2) + (b - b2) * (b - b2)
  }
  let (cr, cg, cb) = (cube(r), cube(g), cube(b))
  let grey = min(23, max(0, ((r + g + b) / 3 - 3) / 10))
  let value = 8 + 10 * grey
  if distance(value, value, value) < distance(level(cr), level(cg), level(cb)) { return UInt8(232 + grey) }
  return UInt8(16 + 36 * cr + 6 * cg + cb)
}

/// The usual values of the 16 colours (VGA); terminals differ.
private let values16: [(Int, Int, Int)] = [
  (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
  (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
  (255, 255, 255),
]

func nearest16(_ red: UInt8, _ green: UInt8, _ blue: UInt8, among count: Int = 16) -> UInt8 {
  var best = 0
  var least = Int.max
  for (index, value) in values16.prefix(count).enumerated() {
    let (r, g, b) = (Int(red) - value.0, Int(green) - value.1, Int(blue) - value.2)
    let distance = r * r + g * g + b * b
    if distance < least { (best, least) = (index, distance) }
  }
  return UInt8(best)
}
