import Datasets
import Foundation
import Tensors
import Testing

/// RandAugment's operations against Pillow's, called as timm calls them: `Fixtures/make_operations.py`.
@Suite struct PictureOperationTests {
  private struct Expected: Decodable {
    struct Case: Decodable {
      var kind: Int
      var strength: Float
      var negative: Bool
      var rgb: Data
    }
    var width: Int
    var height: Int
    var fill: [UInt8]
    var rgb: Data
    var cases: [Case]
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(contentsOf: Fixtures.url("operations.json")))
  }

  @Test(arguments: 0..<RandAugment.kinds.count)
  func operationAgreesWithPillow(kind: Int) throws {
    let expected = try expected()
    let picture = Picture(width: expected.width, height: expected.height, rgb: [UInt8](expected.rgb))
    let cases = expected.cases.filter { $0.kind == kind }
    #expect(cases.count == 4)
    for one in cases {
      let operation = RandAugment.operation(kind, strength: one.strength, isNegative: one.negative)
      let found = operation.applied(to: picture, fill: expected.fill)
      let meant = Picture(width: expected.width, height: expected.height, rgb: [UInt8](one.rgb))
      #expect(largestDifference(found, meant) <= 1, "\(operation)")
      #expect(largestDifference(meant, picture) > 1, "\(operation) changes nothing")
    }
  }

  /// Two draws of fifteen with replacement, half of them applied.
  @Test func operationsAreDrawnAlike() {
    let augment = RandAugment(magnitude: 9, mean: [0.485, 0.456, 0.406])
    #expect(augment.fill == [124, 116, 104])
    var names: [String: Int] = [:]
    var applied = 0
    for picture in 0..<3000 {
      var generator = Philox(seed: 1, purpose: .crop, stream: UInt64(picture))
      for operation in augment.draw(using: &generator) {
        applied += 1
        names[String("\(operation)".prefix { $0 != "(" }), default: 0] += 1
        if case .rotate(let degrees) = operation { #expect(abs(degrees) <= 30 && abs(degrees) > 15) }
      }
    }
    #expect(abs(Double(applied) / 6000 - 0.5) < 0.03 && names.count == 15)
    #expect(names.values.allSatisfy { abs($0 - 200) < 60 }, "\(names)")
  }

  @Test func augmentationMirrorsAndChangesAPicture() {
    let picture = Picture(width: 8, height: 8, rgb: (0..<192).map { UInt8($0) })
    #expect(picture.mirrored.mirrored == picture && picture.mirrored.rgb[0] == picture.rgb[21])
    var augmentation = Augmentation.evaluation(size: 8)
    var plain = [Float](repeating: 0, count: 192)
    var changed = plain
    func apply(_ augmentation: Augmentation, _ pixels: inout [Float]) {
      var generator = Philox(seed: 3, purpose: .crop, stream: 0)
      pixels.withUnsafeMutableBufferPointer { augmentation.apply(to: picture, using: &generator, into: $0) }
    }
    apply(augmentation, &plain)
    augmentation.operations = RandAugment(magnitude: 0, mean: [0.5, 0.5, 0.5])
    augmentation.operations?.probability = 0
    apply(augmentation, &changed)
    #expect(changed == plain)
    augmentation.operations = RandAugment(magnitude: 9, mean: [0.5, 0.5, 0.5])
    augmentation.operations?.probability = 1
    apply(augmentation, &changed)
    #expect(changed != plain && changed.allSatisfy { (0...1).contains($0) })
  }

  /// The shorter side is resized to 8 / .875 pixels where the crop is to keep that share of it.
  @Test func centreCropKeepsAShare() throws {
    let ramp = (0..<64 * 64 * 3).map { (place: Int) -> UInt8 in
      let column = place / 3 % 64
      return UInt8(4 * column)
    }
    let picture = Picture(width: 64, height: 64, rgb: ramp)
    func left(_ augmentation: Augmentation) -> Float {
      var pixels = [Float](repeating: 0, count: 3 * 56 * 56)
      var generator = Philox(seed: 0, purpose: .other)
      pixels.withUnsafeMutableBufferPointer { augmentation.apply(to: picture, using: &generator, into: $0) }
      return pixels[0]
    }
    // 56 of 64 pixels, the middle ones: four columns are cut off at the left.
    #expect(abs(left(.evaluation(size: 56, share: 0.875)) - 16 / 255) < 1e-5)
    #expect(left(.evaluation(size: 56)) < 4 / 255)
  }
}
