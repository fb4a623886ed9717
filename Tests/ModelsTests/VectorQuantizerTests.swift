import Models
import Tensors
import Testing

@Suite struct VectorQuantizerTests {
  private let device = CPUDevice(threads: 2)

  /// Rows of length 1 close to one of `directions` axes.
  private func latents(_ count: Int, directions: Int, width: Int, seed: UInt64 = 0) -> Tensor {
    var generator = Philox(seed: seed, purpose: .other)
    var values: [Float] = []
    for row in 0..<count {
      for column in 0..<width { values.append((column == row % directions ? 1 : 0) + 0.05 * generator.normal()) }
    }
    return l2Normalize(Tensor(values, shape: [count, width], device: device))
  }

  /// k-means finds the directions that there are, whatever it begins with.
  @Test(arguments: [0, 1, 2] as [UInt64])
  func codesBeginWithTheMeansOfTheFirstLatents(seed: UInt64) {
    let quantizer = VectorQuantizer(64, width: 8, device: device)
    let latents = latents(600, directions: 8, width: 8)
    #expect(!quantizer.isStarted)
    quantizer.start(from: latents, seed: seed)
    #expect(quantizer.isStarted)
    let codes = quantizer.codes.array()
    for direction in 0..<8 {
      #expect((0..<64).contains { codes[$0 * 8 + direction] > 0.97 }, "no code of direction \(direction)")
    }
    for code in 0..<64 {
      let square = codes[code * 8..<(code + 1) * 8].map { $0 * $0 }.reduce(0, +)
      #expect(abs(square - 1) < 1e-5)
    }
    // A second batch does not begin anew.
    quantizer.start(from: self.latents(600, directions: 2, width: 8, seed: 5), seed: seed)
    #expect(quantizer.codes.array() == codes)
  }

  @Test func theStartIsTheSameEveryTimeAndAnotherForAnotherSeed() {
    func codes(seed: UInt64, latents: Tensor) -> [Float] {
      let quantizer = VectorQuantizer(16, width: 4, device: device)
      quantizer.start(from: latents, seed: seed)
      return quantizer.codes.array()
    }
    let many = latents(100, directions: 4, width: 4)
    #expect(codes(seed: 1, latents: many) == codes(seed: 1, latents: many))
    #expect(codes(seed: 1, latents: many) != codes(seed: 2, latents: many))
    // Fewer latents than codes: some are the first means more than once.
    let few = codes(seed: 1, latents: latents(5, directions: 4, width: 4))
    #expect(few.allSatisfy { $0.isFinite })
  }

  /// Rows are taken some at a time; the nearest code is the same as by comparing all.
  @Test func theNearestCodeHasTheLargestProduct() {
    let quantizer = VectorQuantizer(37, width: 6, device: device)
    let latents = latents(2100, directions: 5, width: 6)
    quantizer.start(from: latents, seed: 3)
    let (rows, codes) = (latents.array(), quantizer.codes.array())
    let nearest = quantizer.nearest(to: latents)
    for row in stride(from: 0, to: 2100, by: 13) {
      let own = Array(rows[row * 6..<(row + 1) * 6])
      let products: [Float] = (0..<37).map { code in
        zip(own, codes[code * 6..<(code + 1) * 6]).map { $0 * $1 }.reduce(0, +)
      }
      #expect(products[Int(nearest[row])] >= (products.max() ?? 0) - 1e-6)
    }
  }

  @Test func codesThatStandForNothingStayWhereTheyAre() {
    let quantizer = VectorQuantizer(16, width: 8, device: device)
    quantizer.start(from: latents(200, directions: 8, width: 8), seed: 0)
    let before = quantizer.codes.array()
    let one = latents(20, directions: 1, width: 8, seed: 9)
    let places = quantizer.nearest(to: one)
    quantizer.follow(one, places: places)
    let after = quantizer.codes.array()
    for code in 0..<16 {
      let moved = (0..<8).contains { abs(after[code * 8 + $0] - before[code * 8 + $0]) > 1e-6 }
      #expect(moved == places.contains(Int32(code)), "code \(code)")
    }
  }
}
