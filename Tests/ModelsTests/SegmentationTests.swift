import ArrayDifference
import Models
import Tensors
import Testing

/// A vision transformer with a head that gives every pixel a class.
@Suite struct SegmentationTests {
  private let device = CPUDevice(threads: 1)

  private func backbone(finalNorm: Bool = true) -> VisionTransformer {
    let student = VisionTransformerConfiguration.beit(imageSize: 16, patchSize: 4, width: 16, depth: 3, heads: 2)
    return VisionTransformer(student.finetuned(finalNorm: finalNorm, dropPath: 0), device: device, seed: 1)
  }

  private func pixels(_ batch: Int = 2) -> Tensor {
    Tensor((0..<batch * 3 * 256).map { Float($0 % 11) / 11 }, shape: [batch, 3, 16, 16], device: device)
  }

  /// The maps are the tokens of those blocks without CLS, behind the final norm where that is asked for.
  @Test func mapsAreTheTokensOfTheTaps() {
    let model = backbone()
    var stages: [String: Tensor] = [:]
    _ = model.features(pixels(), normalization: .imageNet) { stages[$0] = $1 }
    let raw = model.patchMaps(pixels(), taps: [0, 2], normed: false, normalization: .imageNet)
    let normed = model.patchMaps(pixels(), taps: [2], normed: true, normalization: .imageNet)
    for (map, stage) in zip(raw + normed, ["block 1", "block 3", "final norm"]) {
      #expect(map.shape == [2, 4, 4, 16])
      let tokens = stages[stage]?.array() ?? []
      let patches = (0..<2).flatMap { tokens[($0 * 17 + 1) * 16..<($0 + 1) * 17 * 16] }
      #expect(difference(map.array(), patches) == nil, "\(stage)")
    }
  }

  @Test func aLinearHeadLearns() {
    let model = SegmentationModel(on: backbone(), head: .linear, classes: 5, seed: 2)
    #expect(model.head.taps == [2] && model.classes == 5)
    #expect(
      model.head.parameters().map(\.name) == [
        "decode_head.bn.weight", "decode_head.bn.bias", "decode_head.conv_seg.weight", "decode_head.conv_seg.bias",
      ])
    let labels = (0..<2 * 256).map { $0 % 3 == 0 ? 255 : Int32($0 / 60 % 5) }
    let optimizer = AdamW(groups: [ParameterGroup(parameters: model.parameters(), weightDecay: 0)])
    var losses: [Float] = []
    for _ in 0..<30 {
      let logits = model.logits(pixels(), normalization: .imageNet, training: true)
      #expect(logits.main.shape == [2, 4, 4, 5] && logits.auxiliary == nil)
      let loss = pixelCrossEntropy(logits.main, labels: labels, height: 16, width: 16)
      losses.append(loss.scalar)
      loss.backward()
      #expect(model.parameters().allSatisfy { $0.tensor.gradient != nil })
      optimizer.step(learningRate: 0.01)
      for parameter in model.parameters() { parameter.tensor.gradient = nil }
    }
    #expect(losses[29] < 0.6 * losses[0], "\(losses)")
  }

  /// Below a frozen model nothing gathers, and the loss is the same bits.
  @Test func aFrozenModelGathersNothing() {
    let model = SegmentationModel(on: backbone(), head: .linear, classes: 5, seed: 2)
    func loss(isFrozen: Bool) -> Float {
      let logits = model.logits(pixels(), normalization: .imageNet, training: true, isFrozen: isFrozen)
      let loss = pixelCrossEntropy(
        logits.main, labels: (0..<512).map { Int32($0 % 5) }, height: 16, width: 16)
      loss.backward()
      return loss.scalar
    }
    let frozen = loss(isFrozen: true)
    #expect(model.backbone.parameters().allSatisfy { $0.tensor.gradient == nil })
    #expect(model.head.parameters().allSatisfy { $0.tensor.gradient != nil })
    #expect(loss(isFrozen: false) == frozen)
    #expect(model.backbone.parameters().allSatisfy { $0.tensor.gradient != nil })
  }

  /// Running moments move in training alone, are part of the named state and of a copy.
  @Test func runningMomentsAreState() {
    let model = SegmentationModel(on: backbone(), head: .linear, classes: 5, seed: 2)
    #expect(model.statistics().map(\.name) == ["decode_head.bn.running_mean", "decode_head.bn.running_var"])
    func moments() -> [[Float]] { model.statistics().map { $0.tensor.array() } }
    let fresh = moments()
    #expect(fresh == [[Float](repeating: 0, count: 16), [Float](repeating: 1, count: 16)])
    let untrained = model.pixelLogits(pixels(), normalization: .imageNet)
    #expect(untrained.shape == [2, 16, 16, 5] && moments() == fresh)
    _ = model.logits(pixels(), normalization: .imageNet, training: true)
    #expect(moments() != fresh)
    let trained = model.pixelLogits(pixels(), normalization: .imageNet).array()
    #expect(trained != untrained.array())
    #expect(difference(model.copy().pixelLogits(pixels(), normalization: .imageNet).array(), trained) == nil)
    #expect(model.statistics().allSatisfy { !$0.tensor.requiresGradient })
  }
}
