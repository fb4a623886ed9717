import Datasets
import Recipe
import Tensors
import Testing

/// Mixup, cutmix and random erasing by what is published of them.
@Suite struct BatchMixingTests {
  private static let side: PlaneSize = 224
  private static let batches = 4000

  private func shares(_ mixing: BatchMixing) -> [Double] {
    (0..<Self.batches).map {
      Double(mixing.decision(size: Self.side, seed: 1, stream: UInt64($0)).share(size: Self.side))
    }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2a + 1)).
  @Test(arguments: [Float(0.2), 0.8, 1, 3])
  func mixupsShareIsBeta(parameter: Float) {
    let found = shares(BatchMixing(mixup: parameter))
    let variance = mean(found.map { ($0 - 0.5) * ($0 - 0.5) })
    #expect(abs(mean(found) - 0.5) < 0.02)
    #expect(abs(variance - 1 / (4 * (2 * Double(parameter) + 1))) < 0.008)
    #expect(found.allSatisfy { (0...1).contains($0) })
  }

  /// The area is uniform, less what the borders cut off: without them the mean would be 1/2.
  @Test func cutmixLeavesWhatItsBoxDoesNotCover() {
    let mixing = BatchMixing(cutmix: 1)
    for stream in 0..<Self.batches {
      guard case .cutmix(let box) = mixing.decision(size: Self.side, seed: 1, stream: UInt64(stream)) else {
        return #expect(Bool(false), "batch \(stream) is not cut")
      }
      #expect(box.left >= 0 && box.top >= 0 && box.left + box.width <= 224 && box.top + box.height <= 224)
    }
    // E[1 - kept] of a box of side s around a uniform centre in a unit square is E[(s - s^2/4)^2], s = sqrt(1 - u):
    // 1/2 - 1/5 + 1/48 = 0.3208.
    #expect(abs(1 - mean(shares(mixing)) - 0.3208) < 0.02)
  }

  @Test func batchesAreMixedAsOftenAsAsked() {
    let mixing = BatchMixing(mixup: 0.8, cutmix: 1, probability: 0.6, cutmixShare: 0.25)
    var (plain, cut) = (0, 0)
    for stream in 0..<Self.batches {
      switch mixing.decision(size: Self.side, seed: 3, stream: UInt64(stream)) {
      case .plain: plain += 1
      case .cutmix: cut += 1
      case .mixup: break
      }
    }
    #expect(abs(Double(plain) / Double(Self.batches) - 0.4) < 0.03)
    #expect(abs(Double(cut) / Double(Self.batches - plain) - 0.25) < 0.03)
  }

  private func batch() -> Batch {
    let length = 3 * 4 * 4
    let pixels = (0..<3).flatMap { picture in [Float](repeating: Float(picture), count: length) }
    return Batch(pixels: pixels, size: 4, indices: [0, 1, 2], labels: [0, 1, 3])
  }

  @Test func picturesAndTargetsHaveTheSameShares() {
    let mixing = BatchMixing(mixup: 0.8, cutmix: 1, labelSmoothing: 0.1)
    var mixed = batch()
    mixing.apply(.mixup(0.75), to: &mixed)
    #expect(mixed.pixels[0] == 0.5 && mixed.pixels[48] == 1 && mixed.pixels[96] == 1.5)
    let targets = mixing.targets(.mixup(0.75), labels: [0, 1, 3], classes: 4, size: 4)
    let expected: [Float] = [
      0.7, 0.025, 0.025, 0.25, 0.025, 0.925, 0.025, 0.025, 0.25, 0.025, 0.025, 0.7,
    ]
    for (found, wanted) in zip(targets, expected) { #expect(abs(found - wanted) < 1e-6) }

    var cut = batch()
    let box = CropBox(left: 1, top: 2, width: 2, height: 2)
    mixing.apply(.cutmix(box), to: &cut)
    let first = Array(cut.pixels[0..<16])
    #expect(first.count { $0 == 2 } == 4 && first[2 * 4 + 1] == 2 && first[3 * 4 + 2] == 2 && first[0] == 0)
    #expect(BatchMixing.Decision.cutmix(box).share(size: 4) == 0.75)
  }

  /// timm's figures: a quarter of the pictures, areas of .02 to 1/3, noise that a model sees as normal.
  @Test func erasingFillsBoxesWithNoise() {
    let erasing = RandomErasing(probability: 0.25)
    var boxes: [CropBox] = []
    for picture in 0..<4000 {
      var generator = Philox(seed: 2, purpose: .erase, stream: UInt64(picture))
      if let box = erasing.box(size: 64, using: &generator) { boxes.append(box) }
    }
    #expect(abs(Double(boxes.count) / 4000 - 0.25) < 0.025)
    let areas = boxes.map { Double($0.width * $0.height) / 4096 }
    #expect(areas.allSatisfy { $0 > 0.015 && $0 < 0.345 } && abs(mean(areas) - 0.17) < 0.015)
    #expect(boxes.allSatisfy { $0.left + $0.width <= 64 && $0.top + $0.height <= 64 })
    #expect(boxes.contains { $0.width > 2 * $0.height } && boxes.contains { $0.height > 2 * $0.width })

    let always = RandomErasing(probability: 1)
    var batch = Batch(pixels: [Float](repeating: 7, count: 3 * 64 * 64), size: 64, indices: [0], labels: [0])
    always.apply(to: &batch, mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.4], seed: 0, stream: 0)
    let erased = batch.pixels[0..<4096].filter { $0 != 7 }.map { (Double($0) - 0.5) / 0.2 }
    #expect(erased.count > 60)
    #expect(abs(mean(erased)) < 0.3 && abs(mean(erased.map { $0 * $0 }) - 1) < 0.35)
    var again = Batch(pixels: [Float](repeating: 7, count: 3 * 64 * 64), size: 64, indices: [0], labels: [0])
    always.apply(to: &again, mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.4], seed: 0, stream: 0)
    #expect(again == batch)
  }
}
