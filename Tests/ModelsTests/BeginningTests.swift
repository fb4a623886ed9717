import Foundation
import Models
import Recipe
import Tensors
import Testing

/// A model that begins with the weights of another one gives the same features, whatever parts the two have.
@Suite struct BeginningTests {
  private func expectSame(
    _ theirs: VisionTransformerConfiguration, _ mine: VisionTransformerConfiguration, fresh: [String] = [],
    normalization: PixelNormalization = .imageNet
  ) throws {
    let device = CPUDevice()
    let original = VisionTransformer(theirs, device: device, seed: 1)
    for (index, parameter) in original.parameters().enumerated() {
      parameter.tensor.write(
        (0..<parameter.tensor.count).map {
          0.3 * Float(sin(Double($0 * 7 + index * 3))) + (parameter.name.contains("norm") ? 1 : 0)
        })
    }
    let model = VisionTransformer(mine, device: device, seed: 2)
    let begun = model.begin(from: original, normalized: normalization, for: .imageNet)
    #expect(begun.fresh == fresh && begun.leftOut.isEmpty)
    let side = theirs.imageSize.height
    let pixels = Tensor(
      (0..<3 * side * side).map { Float($0 % 97) / 97 }, shape: [1, 3, side, side], device: device)
    let (a, b) = (
      model.features(pixels, normalization: .imageNet).array(),
      original.features(pixels, normalization: normalization).array()
    )
    let largest = b.map { abs($0) }.max() ?? 0
    let difference = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 2e-5 * largest, "\(difference) of \(largest)")
  }

  private let plain = VisionTransformerConfiguration.vit(imageSize: 32, patchSize: 8, width: 24, depth: 2, heads: 2)
  private let beit = VisionTransformerConfiguration.beit(imageSize: 32, patchSize: 8, width: 24, depth: 2, heads: 2)

  @Test func sameParts() throws {
    try expectSame(plain, plain)
    try expectSame(beit, beit)
  }

  @Test func biasesOfQueriesAndValues() throws {
    var split = plain
    split.qkvBias = .queryValue
    try expectSame(plain, split)
    try expectSame(split, plain)
    var none = plain
    none.qkvBias = .none
    try expectSame(none, plain)
  }

  @Test func layerScalesGoIntoWeights() throws {
    var scaled = plain
    scaled.layerScale = 0.1
    try expectSame(scaled, plain)
    try expectSame(plain, scaled)
  }

  @Test func missingPositionsAreZero() throws {
    var unplaced = plain
    unplaced.positions = .none
    var masked = plain
    masked.maskToken = true
    try expectSame(unplaced, masked, fresh: ["the mask token"])
  }

  @Test func pixelsNormalisedOtherwise() throws {
    try expectSame(plain, plain, normalization: .clip)
    var unbiased = plain
    unbiased.patchBias = false
    try expectSame(unbiased, plain, normalization: .half)
  }

  @Test func whatHasNoPlaceIsSaid() {
    let device = CPUDevice()
    let original = VisionTransformer(plain, device: device, seed: 1)
    let model = VisionTransformer(beit, device: device, seed: 2)
    let begun = model.begin(from: original, normalized: .imageNet, for: .imageNet)
    #expect(begun.leftOut.count == 1 && begun.leftOut[0].contains("absolute positions"))
    let other = VisionTransformer(plain, device: device, seed: 2)
      .begin(from: VisionTransformer(beit, device: device, seed: 1), normalized: .imageNet, for: .imageNet)
    #expect(other.leftOut.count == 1 && other.leftOut[0].contains("relative positions"))
  }
}
