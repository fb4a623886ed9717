import Terminal
import Testing

@Suite struct PaintTests {
  /// The palette of 256 as xterm defines it, from its description and not from the code under test.
  private func palette(_ index: Int) -> (Int, Int, Int) {
    if index >= 232 {
      let grey = 8 + 10 * (index - 232)
      return (grey, grey, grey)
    }
    let steps = [0, 95, 135, 175, 215, 255]
    let cube = index - 16
    return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
  }

  @Test func nearestOf256AgreesWithAnExhaustiveSearch() {
    for red in stride(from: 0, through: 255, by: 15) {
      for green in stride(from: 0, through: 255, by: 17) {
        for blue in stride(from: 0, through: 255, by: 15) {
          func distance(_ index: Int) -> Int {
            let (r, g, b) = palette(index)
            return (r - red) * (r - red) + (g - green) * (g - green) + (b - blue) * (b - blue)
          }
          let least = (16...255).map(distance).min() ?? 0
          let found = Int(Paint(red: UInt8(red), green: UInt8(green), blue: UInt8(blue)).index256)
          #expect(found >= 16)
          #expect(distance(found) == least, "\(red) \(green) \(blue): \(found)")
        }
      }
    }
  }

  @Test func paletteColoursFindThemselves() {
    for index in 16...255 {
      let (r, g, b) = palette(index)
      let paint = Paint(red: UInt8(r), green: UInt8(g), blue: UInt8(b))
      #expect(palette(Int(paint.index256)) == (r, g, b))
    }
  }

  @Test func nearestOf16() {
    #expect(Paint(red: 0, green: 0, blue: 0).index16 == 0)
    #expect(Paint(red: 255, green: 255, blue: 255).index16 == 15)
    #expect(Paint(red: 200, green: 10, blue: 10).index16 == 1)
    #expect(Paint(red: 90, green: 90, blue: 250).index16 == 12)
    #expect(Paint(red: 100, green: 100, blue: 100).index16 == 8)
  }
}
