import Pretraining
import Recipe
import Tensors
import Testing

@Suite struct MaskTests {
  static let kinds = MaskKind.allCases

  @Test(arguments: kinds)
  func everyCountOnEveryGridIsExact(kind: MaskKind) throws {
    for (rows, columns) in [(1, 2), (1, 7), (7, 1), (2, 2), (3, 5), (4, 4), (8, 8), (14, 14), (16, 9)] {
      let patches = rows * columns
      let counts = patches <= 64 ? Array(1..<patches) : [1, 2, 15, 16, 17, patches / 2, patches - 2, patches - 1]
      for count in counts {
        let generator = try MaskGenerator(kind: kind, rows: rows, columns: columns, masked: count)
        for index in 0..<3 {
          let mask = generator.mask(seed: 3, epoch: 0, index: index)
          #expect(mask.count == patches)
          #expect(mask.count(where: { $0 }) == count, "\(kind) \(rows)x\(columns) masked \(count)")
        }
      }
    }
  }

  @Test func minimumBlockLargerThanTheGridStillEnds() throws {
    let generator = try MaskGenerator(kind: .blockwise, rows: 4, columns: 4, masked: 9, minimumBlock: 5000)
    #expect(generator.mask(seed: 0, epoch: 0, index: 0).count(where: { $0 }) == 9)
  }

  @Test(arguments: kinds)
  func countsThatLeaveNothingAreRefused(kind: MaskKind) {
    for count in [-1, 0, 196, 500] {
      #expect(throws: MaskError.count(count, rows: 14, columns: 14)) {
        try MaskGenerator(kind: kind, rows: 14, columns: 14, masked: count)
      }
    }
    #expect(throws: MaskError.self) { try MaskGenerator(kind: kind, rows: 1, columns: 1, masked: 1) }
    #expect(throws: MaskError.self) {
      try MaskGenerator(kind: kind, rows: 4, columns: 4, masked: 3, minimumBlock: 0)
    }
  }

  /// Frequencies of 20000 masks of the published algorithm without its early stop, run in Python: .044, .194, .721; a
  /// frequency over 3000 masks has a standard deviation of at most .009.
  @Test func blockwiseFrequencies() throws {
    let generator = try MaskGenerator(kind: .blockwise, rows: 14, columns: 14, masked: 75)
    #expect(generator.minimumBlock == 16)
    let statistics = MaskStatistics(of: generator, count: 3000, seed: 0)
    #expect(statistics.count == 3000)
    #expect(statistics.minimum == 75 && statistics.maximum == 75 && statistics.mean == 75)
    let f = statistics.frequency
    func at(_ row: Int, _ column: Int) -> Double { f[row * 14 + column] }
    for corner in [at(0, 0), at(0, 13), at(13, 0), at(13, 13)] { #expect(abs(corner - 0.04) < 0.015) }
    for edge in [at(0, 6), at(0, 7), at(13, 6), at(13, 7), at(6, 0), at(7, 0), at(6, 13), at(7, 13)] {
      #expect(abs(edge - 0.195) < 0.03)
    }
    for centre in [at(6, 6), at(6, 7), at(7, 6), at(7, 7)] { #expect(abs(centre - 0.721) < 0.033) }
    // Four-fold symmetry: the standard deviation of a difference of two frequencies is at most sqrt(.5 / 3000) = .013.
    for row in 0..<14 {
      for column in 0..<14 {
        #expect(abs(at(row, column) - at(13 - row, column)) < 0.055)
        #expect(abs(at(row, column) - at(row, 13 - column)) < 0.055)
        #expect(abs(at(row, column) - at(column, row)) < 0.055)
      }
    }
  }

  /// Blocks, not confetti: a masked patch has far more masked neighbours than under a random mask of the same size.
  @Test func blocksHoldTogether() throws {
    func neighbourShare(_ kind: MaskKind) throws -> Double {
      let generator = try MaskGenerator(kind: kind, rows: 14, columns: 14, masked: 75)
      var pairs = 0
      for index in 0..<200 {
        let mask = generator.mask(seed: 1, epoch: 0, index: index)
        for row in 0..<14 {
          for column in 0..<13 where mask[row * 14 + column] && mask[row * 14 + column + 1] { pairs += 1 }
        }
      }
      return Double(pairs) / (200 * 75)
    }
    #expect(try neighbourShare(.random) < 0.4)
    #expect(try neighbourShare(.blockwise) > 0.7)
  }

  @Test func randomMaskIsUniform() throws {
    let generator = try MaskGenerator(kind: .random, rows: 7, columns: 7, masked: 20)
    let statistics = MaskStatistics(of: generator, count: 4000, seed: 5)
    // Standard deviation of a frequency: sqrt(.408 * .592 / 4000) = .0078.
    for frequency in statistics.frequency { #expect(abs(frequency - 20.0 / 49.0) < 0.035) }
  }

  /// Three quarters masked: of every square of 2 x 2 patches one is seen, the same of each, and each equally often.
  @Test func gridMaskKeepsOnePatchOfEverySquare() throws {
    let generator = try MaskGenerator(kind: .grid, rows: 8, columns: 8, masked: 48)
    var seen = [0, 0, 0, 0]
    for index in 0..<400 {
      let mask = generator.mask(seed: 2, epoch: 0, index: index)
      let visible = mask.indices.filter { !mask[$0] }
      let places = Set(visible.map { ($0 / 8 % 2) * 2 + $0 % 2 })
      #expect(visible.count == 16 && places.count == 1)
      for place in places { seen[place] += 1 }
    }
    // Standard deviation of a count: sqrt(400 * .25 * .75) = 8.7.
    for count in seen { #expect(abs(count - 100) < 40) }
  }

  @Test func gridMaskIsUniformOverPatches() throws {
    let generator = try MaskGenerator(kind: .grid, rows: 8, columns: 8, masked: 26)
    for frequency in MaskStatistics(of: generator, count: 3000, seed: 5).frequency {
      #expect(abs(frequency - 26.0 / 64.0) < 0.05)
    }
  }

  /// Shifted around the edges, blocks favour no patch; and they hold together across the edges.
  @Test func cyclicMaskIsUniformOverPatches() throws {
    let generator = try MaskGenerator(kind: .cyclic, rows: 14, columns: 14, masked: 75)
    let statistics = MaskStatistics(of: generator, count: 4000, seed: 3)
    #expect(statistics.minimum == 75 && statistics.maximum == 75)
    // Standard deviation of a frequency: sqrt(.383 * .617 / 4000) = .0077.
    for frequency in statistics.frequency { #expect(abs(frequency - 75.0 / 196.0) < 0.035) }
    var pairs = 0
    for index in 0..<200 {
      let mask = generator.mask(seed: 1, epoch: 0, index: index)
      for row in 0..<14 {
        for column in 0..<14 where mask[row * 14 + column] && mask[row * 14 + (column + 1) % 14] { pairs += 1 }
      }
    }
    #expect(Double(pairs) / (200 * 75) > 0.7)
  }

  /// Of two patches of which one stays visible, the one of three times the weight does three times as often; and of
  /// more than two as a draw without replacement has it.
  @Test func attentionMaskKeepsPatchesByTheirWeights() throws {
    let two = try MaskGenerator(kind: .attention, rows: 1, columns: 2, masked: 1)
    let shares = MaskStatistics(of: two, count: 8000, seed: 1, weights: [[3, 1]]).frequency
    // Standard deviation: sqrt(.1875 / 8000) = .0048.
    #expect(abs(shares[0] - 0.25) < 0.025 && abs(shares[1] - 0.75) < 0.025)
    let three = try MaskGenerator(kind: .attention, rows: 1, columns: 3, masked: 1)
    let frequency = MaskStatistics(of: three, count: 8000, seed: 2, weights: [[0.5, 0.3, 0.2]]).frequency
    // Which one is drawn last: the first after 3/10 and then 2/7, or after 2/10 and then 3/8; the others alike.
    let last: [Double] = [0.1607, 0.325, 0.5143]
    for (found, wanted) in zip(frequency, last) { #expect(abs(found - wanted) < 0.028, "\(frequency)") }
  }

  @Test func attentionMaskShowsPatchesOfNoWeightLast() throws {
    let generator = try MaskGenerator(kind: .attention, rows: 2, columns: 3, masked: 3)
    let weights: [Float] = [0, 1, 0, 2, 0, 0.5]
    for index in 0..<50 {
      #expect(
        generator.mask(seed: 1, epoch: 0, index: index, weights: weights) == [true, false, true, false, true, false])
    }
    let none = MaskStatistics(of: generator, count: 4000, seed: 1)
    for frequency in none.frequency { #expect(abs(frequency - 0.5) < 0.05) }
  }

  @Test func maskIsAFunctionOfSeedEpochAndPicture() throws {
    let generator = try MaskGenerator(kind: .blockwise, rows: 14, columns: 14, masked: 75)
    let mask = generator.mask(seed: 7, epoch: 2, index: 40)
    _ = generator.mask(seed: 7, epoch: 2, index: 41)
    #expect(generator.mask(seed: 7, epoch: 2, index: 40) == mask)
    #expect(generator.mask(seed: 8, epoch: 2, index: 40) != mask)
    #expect(generator.mask(seed: 7, epoch: 3, index: 40) != mask)
    #expect(generator.mask(seed: 7, epoch: 2, index: 41) != mask)
  }

  @Test func countsFromRatios() {
    // facebookresearch/mae keeps int(196 * (1 - .75)) = 49 and int(196 * (1 - .7)) = 58.
    #expect(MaskGenerator.masked(ratio: 0.75, rows: 14, columns: 14) == 147)
    #expect(MaskGenerator.masked(ratio: 0.7, rows: 14, columns: 14) == 138)
    #expect(MaskGenerator.defaultMasked(rows: 14, columns: 14) == 75)
    #expect(MaskGenerator.defaultMasked(rows: 8, columns: 8) == 24)
    #expect(MaskGenerator.defaultMinimumBlock(rows: 8, columns: 8, masked: 24) == 5)
    #expect(MaskGenerator.defaultMinimumBlock(rows: 8, columns: 8, masked: 2) == 2)
  }

  @Test func statisticsOfAFewMasks() {
    var statistics = MaskStatistics(rows: 1, columns: 3)
    #expect(statistics.mean == 0 && statistics.frequency == [0, 0, 0])
    statistics.add([true, false, false])
    statistics.add([true, true, false])
    statistics.add([true])
    #expect(statistics.count == 2)
    #expect(statistics.minimum == 1 && statistics.maximum == 2)
    #expect(statistics.mean == 1.5)
    #expect(statistics.frequency == [1, 0.5, 0])
  }
}
