import Canvas
import Foundation
import Terminal
import Testing

/// The two palettes for colour blindness keep what must not be confused apart, as a person without one kind of cones
/// sees it.
@Suite struct ColourVisionTests {
  /// Linear RGB as seen with deuteranopia, protanopia and tritanopia (Machado, Oliveira and Fernandes 2009, severity
  /// 1).
  private static let visions: [(String, [Double])] = [
    ("any", [1, 0, 0, 0, 1, 0, 0, 0, 1]),
    ("deuteranopia", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]),
    ("protanopia", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]),
    ("tritanopia", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900]),
  ]

  private static let pairs: [(Role, Role)] = [
    (.good, .bad), (.clip, .dino), (.good, .warning), (.warning, .bad), (.curveSmooth, .marker),
  ]

  /// CIE 1976 difference; the default theme's good and bad are 6 apart with deuteranopia.
  private static let least = 20.0

  @Test(arguments: ["colour-blind", "colour-blind-light"]) func rolesStayApart(_ name: String) throws {
    let theme = try ThemeLibrary(folders: [ThemeTests.folder]).theme(named: name)
    for (vision, matrix) in Self.visions {
      for (a, b) in Self.pairs {
        let first = try #require(theme.spec(a).foreground)
        let second = try #require(theme.spec(b).foreground)
        let difference = zip(lab(first, matrix), lab(second, matrix)).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
          .squareRoot()
        #expect(difference > Self.least, "\(name): \(a.rawValue) and \(b.rawValue) with \(vision): \(difference)")
      }
    }
  }

  private func lab(_ paint: Paint, _ matrix: [Double]) -> [Double] {
    func linear(_ value: UInt8) -> Double {
      let v = Double(value) / 255
      return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }
    let rgb = [linear(paint.red), linear(paint.green), linear(paint.blue)]
    let seen = (0..<3).map { row in max(0, (0..<3).reduce(0.0) { $0 + matrix[3 * row + $1] * rgb[$1] }) }
    let xyz = [
      (0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505,
      0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2],
      (0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089,
    ].map { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16 / 116 }
    return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])]
  }
}
