import ArrayDifference
import Foundation
import Models
import Recipe
import Tensors
import Testing

/// A model as it is fine-tuned, and the classifier on it.
@Suite struct ClassifierTests {
  private let device = CPUDevice(threads: 1)

  /// A BEiT-like student with a table that is not all zeros.
  private func student(_ change: (inout VisionTransformerConfiguration) -> Void = { _ in }) -> VisionTransformer {
    var configuration = VisionTransformerConfiguration.beit(imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2)
    change(&configuration)
    let student = VisionTransformer(configuration, device: device, seed: 1)
    if let table = student.relativePositionTable {
      table.write((0..<table.count).map { Float($0 % 7) / 7 })
    }
    return student
  }

  private func pixels(_ size: Int = 16) -> Tensor {
    Tensor((0..<2 * 3 * size * size).map { Float($0 % 11) / 11 }, shape: [2, 3, size, size], device: device)
  }

  private func features(_ model: VisionTransformer) -> [Float] {
    model.features(pixels(model.configuration.imageSize.height), normalization: .imageNet).array()
  }

  /// Every block begins with a copy of the shared table, so that features are the same bits.
  @Test func blocksGetCopiesOfTheSharedTable() throws {
    let student = student()
    let tuned = student.adapted(
      to: student.configuration.finetuned(finalNorm: true, dropPath: 0.1), seed: 2)
    #expect(difference(features(tuned), features(student)) == nil)
    let names = Set(tuned.parameters().map(\.name))
    #expect(names.contains("blocks.1.attn.relative_position_bias_table") && !names.contains("mask_token"))
    #expect(!names.contains("rel_pos_bias.relative_position_bias_table"))
    #expect(tuned.parameters().allSatisfy { $0.tensor.requiresGradient })
    let tables = tuned.blocks.compactMap(\.selfAttention.relativePositionTable)
    tables[0].write([Float](repeating: 0, count: tables[0].count))
    #expect(tables[1].array() != tables[0].array() && tables[1].array() == student.relativePositionTable?.array())
  }

  /// Sines, fixed so far, are learned from now on (MAE's `models_vit.py`).
  @Test func sinesAreLearnedFromNowOn() {
    let student = student { ($0.positions, $0.relativePositionBias) = (.sinCos, false) }
    let tuned = student.adapted(to: student.configuration.finetuned(finalNorm: true, dropPath: 0), seed: 2)
    #expect(difference(features(tuned), features(student)) == nil)
    #expect(tuned.parameters().contains { $0.name == "pos_embed" })
  }

  @Test(arguments: [PooledFeature.mean, .cls])
  func classifierIsWrittenAndRead(pooling: PooledFeature) throws {
    let student = student()
    let tuned = student.adapted(
      to: student.configuration.finetuned(finalNorm: pooling == .cls, dropPath: 0), seed: 2)
    let classifier = Classifier(on: tuned, pooling: pooling, classes: 3, headScale: 1, seed: 3)
    #expect((classifier.norm != nil) == (pooling == .mean) && (tuned.norm != nil) == (pooling == .cls))
    let logits = classifier.logits(pixels(), normalization: .imageNet)
    #expect(logits.shape == [2, 3])
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    var card = ModelCard(family: .mvp, vision: tuned.configuration, normalization: .imageNet)
    (card.classes, card.pooling) = (["a", "b", "c"], pooling)
    try saveVision(tuned, others: classifier.ownParameters(), card: card, to: url)
    let read = try #require(try loadClassifier(from: url, device: device))
    #expect(read.classes == ["a", "b", "c"] && read.cropShare == 1)
    #expect(difference(read.model.logits(pixels(), normalization: .imageNet).array(), logits.array()) == nil)
    #expect(difference(classifier.copy().logits(pixels(), normalization: .imageNet).array(), logits.array()) == nil)
    // As a model alone, also for pictures of another size, for which every block's table is resized.
    #expect(try loadVision(from: url, device: device).model.configuration == tuned.configuration)
    let larger = try loadVision(from: url, device: device, imageSize: 24).model
    #expect(larger.blocks[0].selfAttention.relativePositionTable?.shape == [11 * 11 + 3, 2])
    #expect(features(larger).allSatisfy { $0.isFinite })
  }

  @Test func modelsAloneAreNoClassifiers() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try saveVision(student(), normalization: .imageNet, to: url)
    let read = try loadClassifier(from: url, device: device)
    #expect(read == nil)
  }
}
