import Datasets
import Foundation
import Models
import Tensors

/// One picture through a model, to see that its weights are whole: `mvp weights verify`.
package struct WeightsCheck: Codable, Equatable, Sendable {
  package var path: String
  /// What the loader recognised.
  package var model: String
  package var notes: [String]
  /// Whether the file is a published one by its name and its SHA-256; false where no digest is known for that name.
  package var digest: Bool
  /// Length of the CLS token, and the mean length of the patch tokens, after each stage: the embedding, every block,
  /// the final norm.
  package var stages: [Stage]
  /// Mean cosine of two patches of the picture, after the last stage: near 1 tells of weights that see no difference.
  package var likeness: Double
  package var seconds: Double

  package struct Stage: Codable, Equatable, Sendable {
    package var name: String
    package var cls, patches: Double
  }

  /// The picture is the first drawn scene.
  /// - Throws: `CheckpointError` for weights that cannot be read, ``NotFiniteError`` for those that give no numbers.
  package init(of weights: URL, tower: String?, engine: EngineOptions) throws {
    let clock = ContinuousClock.now
    digest = try PublishedDigest.check(weights)
    let device = try engine.makeDevice()
    let vision = try loadVision(from: weights, device: device, tower: tower)
    let shape = vision.model.configuration
    let colours = ScenesSource(seed: 0, range: 0..<1, size: shape.imageSize).picture(at: 0)
    let picture = colours.repeated(over: shape.channels)
    var planes = [Float](repeating: 0, count: shape.channels * shape.imageSize.area)
    var unused = Philox(seed: 0, purpose: .other)
    planes.withUnsafeMutableBufferPointer {
      Augmentation.evaluation(size: shape.imageSize).apply(to: picture, using: &unused, into: $0)
    }
    let pixels = Tensor(
      planes, shape: [1, shape.channels, shape.imageSize.height, shape.imageSize.width], device: device)
    var stages: [Stage] = []
    var last: [Float] = []
    _ = vision.model.features(pixels, normalization: vision.normalization) { name, values in
      last = values.array()
      let lengths = Self.rows(last, width: shape.width).map(Self.length)
      stages.append(
        Stage(
          name: name, cls: lengths[0],
          patches: lengths.dropFirst().reduce(0, +) / Double(max(lengths.count - 1, 1))))
    }
    try device.check()
    if let stage = stages.first(where: { !$0.cls.isFinite || !$0.patches.isFinite }) {
      throw NotFiniteError(
        "\(weights.path) gives numbers that are not finite after \(stage.name): its weights are damaged, fetch them again."
      )
    }
    path = weights.path
    model = vision.report
    notes = vision.notes
    self.stages = stages
    likeness = Self.likeness(last, width: shape.width)
    seconds = clock.duration(to: .now) / .seconds(1)
  }

  private static func rows(_ values: [Float], width: Int) -> [ArraySlice<Float>] {
    stride(from: 0, to: values.count, by: width).map { values[$0..<$0 + width] }
  }

  private static func length(_ row: ArraySlice<Float>) -> Double {
    row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// Mean cosine of all pairs of patches: the length of the sum of unit vectors tells it.
  private static func likeness(_ tokens: [Float], width: Int) -> Double {
    let patches = rows(tokens, width: width).dropFirst()
    var sum = [Double](repeating: 0, count: width)
    for row in patches {
      let scale = 1 / max(length(row), 1e-12)
      for (index, value) in row.enumerated() { sum[index] += Double(value) * scale }
    }
    let count = Double(patches.count)
    guard count > 1 else { return 1 }
    return (sum.reduce(0) { $0 + $1 * $1 } - count) / (count * (count - 1))
  }
}
