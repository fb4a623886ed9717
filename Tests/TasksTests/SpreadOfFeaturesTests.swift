import Tasks
import Testing

@Suite struct SpreadOfFeaturesTests {
  @Test func orthogonalRowsHaveFullRank() {
    let rows: [Float] = (0..<8).flatMap { row in (0..<16).map { $0 == row ? Float(3) : 0 } }
    let spread = SpreadOfFeatures(rows: rows, count: 8, width: 16)
    // Centred, eight orthogonal directions span seven dimensions, all alike.
    #expect(spread.rankLimit == 7 && abs(spread.effectiveRank - 7) < 1e-6)
    // Each of the 8 used dimensions has standard deviation sqrt(1/8 - 1/64).
    #expect(abs(spread.deviation - 8.0 / 16 * (1.0 / 8 - 1.0 / 64).squareRoot() * 4) < 1e-6)
  }

  @Test func equalRowsAreCollapsed() {
    let spread = SpreadOfFeatures(rows: [Float](repeating: 2, count: 15), count: 5, width: 3)
    #expect(spread.deviation < 1e-6 && spread.effectiveRank == 1)
  }

  @Test func twoClustersHaveRankOne() {
    let rows: [Float] = (0..<10).flatMap { row -> [Float] in row % 2 == 0 ? [1, 0, 0, 0] : [0, 1, 0, 0] }
    #expect(abs(SpreadOfFeatures(rows: rows, count: 10, width: 4).effectiveRank - 1) < 1e-6)
  }

  /// Values from numpy: singular values of the centred unit rows, exp of their entropy.
  @Test func agreesWithNumpy() {
    let rows: [Float] = [1, 2, 3, -1, 0.5, 2, 4, -2, 1, 0.1, 0.2, -3]
    let spread = SpreadOfFeatures(rows: rows, count: 4, width: 3)
    #expect(abs(spread.effectiveRank - 2.713540) < 1e-5)
    #expect(abs(spread.deviation - 0.907264) < 1e-5)
  }
}
