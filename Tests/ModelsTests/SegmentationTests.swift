import ArrayDifference
import Models
import Recipe
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
      let patches = [Float](tokens[16..<17 * 16]) + tokens[18 * 16..<34 * 16]
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
    let labels = (0..<2 * 256).map { (pixel: Int) -> Int32 in pixel % 3 == 0 ? 255 : Int32(pixel / 60 % 5) }
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

/// UperNet against plain torch modules with the same weights (Fixtures/make_segmentation.py).
@Suite struct UperNetTests {
  private let device = CPUDevice(threads: 2)

  /// A model whose head has the weights of a fixture.
  private func model(_ file: SafetensorsFile, patch: Int) throws -> SegmentationModel {
    let configuration = VisionTransformerConfiguration.vit(
      imageSize: PlaneSize(square: 6 * patch), patchSize: patch, width: 10, depth: 6, heads: 2)
    let model = SegmentationModel(
      on: VisionTransformer(configuration, device: device, seed: 1), head: .uperNet(channels: 6), classes: 5, seed: 2)
    let names = file.names.filter { $0.hasPrefix("weight/") }.map { String($0.dropFirst("weight/".count)) }
    let parameters = model.head.parameters()
    #expect(Set(names) == Set(parameters.map(\.name)))
    for parameter in parameters { parameter.tensor.write(try file.floats("weight/\(parameter.name)")) }
    return model
  }

  private func expectClose(_ found: [Float], _ expected: [Float], _ what: String) {
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let distance = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(found.count == expected.count && distance <= 1e-4 * largest + 1e-6, "\(what): \(distance) of \(largest)")
  }

  @Test(arguments: [16, 8])
  func isTorchs(patch: Int) throws {
    let file = try SafetensorsFile(fixture("segmentation/uper-\(patch).safetensors"))
    let model = try model(file, patch: patch)
    let maps = try (0..<4).map { Tensor(try file.floats("map/\($0)"), shape: [2, 6, 6, 10], device: device) }
    for map in maps { map.requiresGradient = true }
    let labels = try file.floats("labels").map { Int32($0) }
    func entropy(_ logits: Tensor) -> Tensor { pixelCrossEntropy(logits, labels: labels, height: 19, width: 24) }

    let logits = model.head.logits(maps, training: true)
    let auxiliary = try #require(logits.auxiliary)
    #expect(auxiliary.weight == 0.4)
    expectClose(logits.main.array(), try file.floats("main"), "main")
    expectClose(auxiliary.logits.array(), try file.floats("auxiliary"), "auxiliary")
    let loss = add(entropy(logits.main), scaled(entropy(auxiliary.logits), by: auxiliary.weight))
    expectClose(loss.array(), try file.floats("loss"), "loss")
    loss.backward()
    for (index, map) in maps.enumerated() {
      expectClose(map.gradient?.array() ?? [], try file.floats("map-gradient/\(index)"), "map \(index)")
    }
    for parameter in model.head.parameters() {
      expectClose(
        parameter.tensor.gradient?.array() ?? [], try file.floats("gradient/\(parameter.name)"), parameter.name)
    }
    let statistics = model.statistics()
    #expect(
      Set(statistics.map { "statistics/\($0.name)" }) == Set(file.names.filter { $0.hasPrefix("statistics/") }))
    for array in statistics {
      expectClose(array.tensor.array(), try file.floats("statistics/\(array.name)"), array.name)
    }
    let evaluated = model.head.logits(maps, training: false)
    #expect(evaluated.auxiliary == nil)
    expectClose(evaluated.main.array(), try file.floats("evaluated"), "evaluated")
  }

  /// Published sizes: pictures of 512 pixels, 150 classes, a table of relative positions in every block.
  @Test(arguments: [(768, 12, 12, 163_080_812), (1024, 24, 16, 440_398_636)])
  func sizesAreThePublishedOnes(width: Int, depth: Int, heads: Int, expected: Int) {
    let student = VisionTransformerConfiguration.beit(imageSize: 512, width: width, depth: depth, heads: heads)
    let shapes = SegmentationModel.parameterShapes(
      of: student.finetuned(finalNorm: false, dropPath: 0), head: .uperNet(channels: width), classes: 150,
      device: device)
    #expect(shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } == expected)
    #expect(Set(shapes.map(\.name)).count == shapes.count)
  }

  /// 500 and 887 billion multiply-adds of the published heads, a picture of 512 pixels.
  @Test(arguments: [(768.0, 499.8), (1024.0, 886.8)])
  func workIsThePublishedOne(width: Double, expected: Double) {
    let count = UperNetHead.multiplyAdds(grid: 32, patchSize: 16, width: width, channels: width, classes: 150)
    #expect(abs(count / 1e9 - expected) < 0.1)
  }

  @Test func tapsAreThePublishedOnes() {
    #expect(UperNetHead.taps(depth: 12) == [3, 5, 7, 11] && UperNetHead.taps(depth: 24) == [7, 11, 15, 23])
    #expect(UperNetHead.taps(depth: 1) == [0, 0, 0, 0] && UperNetHead.taps(depth: 4) == [0, 1, 1, 3])
  }

  @Test func whatHasTooFewPatchesIsRefused() {
    let small = VisionTransformerConfiguration.vit(imageSize: 32, patchSize: 16)
    #expect(SegmentationHeadShape.uperNet(channels: 8).problem(on: small) == nil)
    let fine = VisionTransformerConfiguration.vit(imageSize: 16, patchSize: 8)
    #expect(
      SegmentationHeadShape.uperNet(channels: 8).problem(on: fine)
        == "UperNet needs 4 patches of 8 pixels along a side, and pictures of 16 pixels have 2")
  }

  /// Dropout is a function of seed, stream and place: the same once more, another in the next step; a tenth of the
  /// channels is left out, and none outside of training.
  @Test func dropoutIsOfWholeChannels() {
    let configuration = VisionTransformerConfiguration.vit(imageSize: 32, patchSize: 8, width: 16, depth: 2, heads: 2)
    let model = SegmentationModel(
      on: VisionTransformer(configuration, device: device, seed: 1), head: .uperNet(channels: 8), classes: 3, seed: 2)
    let pixels = Tensor((0..<2 * 3 * 1024).map { Float($0 % 13) / 13 }, shape: [2, 3, 32, 32], device: device)
    func logits(_ stream: UInt64?) -> [Float] {
      let dropout = stream.map { ChannelDropout(seed: 3, stream: $0) }
      return model.logits(pixels, normalization: .imageNet, training: true, dropout: dropout).main.array()
    }
    #expect(logits(1) == logits(1) && logits(1) != logits(2) && logits(1) != logits(nil))
    let factors = ChannelDropout(seed: 3, stream: 1).factors(rate: 0.1, batch: 20, channels: 500, part: 0)
    let dropped = factors.count { $0 == 0 }
    #expect((850...1150).contains(dropped) && factors.allSatisfy { $0 == 0 || abs($0 - 1 / 0.9) < 1e-6 })
  }
}
