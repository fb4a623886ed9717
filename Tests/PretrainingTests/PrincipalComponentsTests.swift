import Foundation
import Pretraining
import Testing

@Suite struct PrincipalComponentsTests {
  /// Points on a plane in five dimensions: two directions hold everything, the first the longer axis.
  @Test func directionsAreThoseOfTheData() {
    var features: [Float] = []
    let rows = 200
    for row in 0..<rows {
      let angle = Float(row) * 0.37
      let (a, b) = (10 * sin(angle), 2 * cos(angle * 1.7))
      features += [1 + 0.6 * a, 2 + 0.8 * a, 3 + b, 4, 5]
    }
    let components = PrincipalComponents(features: features, rows: rows, width: 5)
    #expect(abs(components.explained - 1) < 1e-4)
    #expect(abs(abs(components.directions[0][0]) - 0.6) < 0.02)
    #expect(abs(abs(components.directions[0][1]) - 0.8) < 0.02)
    #expect(abs(abs(components.directions[1][2]) - 1) < 0.02)
    let colors = components.colors(of: features, rows: rows)
    #expect(colors.count == rows * 3)
    let reds = stride(from: 0, to: colors.count, by: 3).map { colors[$0] }
    #expect(reds.min() == 0 && reds.max() == 255)
  }

  @Test func looksDoNotFlip() {
    let features: [Float] = (0..<(64 * 8)).map { place in
      let noise = Float((place * 7919) % 101) / 101
      return place < 32 ? noise + 3 : noise
    }
    let first = PrincipalComponents(features: features, rows: 64, width: 8)
    let moved = features.map { $0 * 1.01 + 0.002 }
    let second = PrincipalComponents(features: moved, rows: 64, width: 8)
    let (a, b) = (first.colors(of: features, rows: 64), second.colors(of: moved, rows: 64))
    #expect(zip(a, b).allSatisfy { abs(Int($0.0) - Int($0.1)) <= 2 })
  }

  @Test func constantAndNotFiniteFeaturesGiveGrey() {
    for value in [Float(2), .nan, .infinity] {
      let features = [Float](repeating: value, count: 16 * 4)
      let components = PrincipalComponents(features: features, rows: 16, width: 4)
      #expect(components.colors(of: features, rows: 16).allSatisfy { $0 == 128 })
      #expect(components.explained == 0)
    }
  }
}
