import ArrayDifference
import Foundation
import Models
import Tensors
import Testing

@Suite struct InitializationTests {
  private static let student = VisionTransformerConfiguration.beit(
    imageSize: 32, patchSize: 8, width: 64, depth: 3, heads: 4)

  /// Counts as published and as SCIENCE derives them: BEiT-B's is in its author's training log (microsoft/unilm issue
  /// 383).
  @Test func parameterCounts() {
    let device = CPUDevice()
    func count(_ configuration: VisionTransformerConfiguration) -> Int {
      VisionTransformer.parameterShapes(of: configuration, device: device).reduce(0) { $0 + $1.shape.reduce(1, *) }
    }
    func head(_ outputs: Int) -> Int { Linear(768, outputs, name: "head", device: device, seed: 0).parameterCount }
    #expect(count(.beit()) + head(8192) == 91_965_776)
    #expect(count(.beit()) + head(512) == 86_059_856)
    #expect(count(.beit()) + head(768) == 86_256_720)
    #expect(count(.vit()) == 85_798_656)
    #expect(count(.clip()) == 86_192_640)
    // What is counted is what is built.
    var configurations = [Self.student, .vit(imageSize: 32, patchSize: 8, width: 64, depth: 2, heads: 4)]
    configurations.append(.clip(imageSize: 32, patchSize: 8, width: 64, depth: 2, heads: 4, projection: 8))
    for configuration in configurations {
      let built = VisionTransformer(configuration, device: device, seed: 0).parameters()
      let listed = VisionTransformer.parameterShapes(of: configuration, device: device)
      #expect(Set(built.map(\.name)) == Set(listed.map(\.name)) && built.count == listed.count)
      #expect(built.reduce(0) { $0 + $1.tensor.count } == count(configuration))
    }
  }

  /// A normal distribution cut at one standard deviation has variance 1 - 2 φ(1) / (2 Φ(1) - 1) = 0.29112.
  @Test func beginsAsBEiT() throws {
    let model = VisionTransformer(Self.student, device: CPUDevice(), seed: 5)
    let values = Dictionary(uniqueKeysWithValues: model.parameters().map { ($0.name, $0.tensor.array()) })
    func expectTruncated(_ name: String, _ deviation: Float) throws {
      let numbers = try #require(values[name]).map { Double($0 / deviation) }
      let count = Double(numbers.count)
      let mean = numbers.reduce(0, +) / count
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let tolerance = 4 / count.squareRoot()
      #expect(abs(mean) < tolerance && abs(variance - 0.29112) < tolerance, "\(name)")
      #expect((numbers.map(abs).max() ?? 2) <= 1.000001)
      if numbers.count > 4000 { #expect((numbers.map(abs).max() ?? 0) > 0.99) }
    }
    for name in [
      "patch_embed.proj.weight", "cls_token", "mask_token", "blocks.2.attn.qkv.weight", "blocks.1.mlp.fc1.weight",
    ] {
      try expectTruncated(name, 0.02)
    }
    for block in 0..<3 {
      let deviation = 0.02 / Float(2 * (block + 1)).squareRoot()
      try expectTruncated("blocks.\(block).attn.proj.weight", deviation)
      try expectTruncated("blocks.\(block).mlp.fc2.weight", deviation)
      #expect(values["blocks.\(block).gamma_1"]?.allSatisfy { $0 == 0.1 } == true)
      #expect(values["blocks.\(block).attn.q_bias"]?.allSatisfy { $0 == 0 } == true)
      #expect(values["blocks.\(block).norm1.weight"]?.allSatisfy { $0 == 1 } == true)
    }
    #expect(values["rel_pos_bias.relative_position_bias_table"]?.allSatisfy { $0 == 0 } == true)
    #expect(values["pos_embed"] == nil && values["blocks.0.attn.qkv.bias"] == nil)
  }

  @Test func valuesDependOnSeedAndNameAlone() throws {
    let device = CPUDevice()
    func values(_ configuration: VisionTransformerConfiguration, _ seed: UInt64) -> [String: [Float]] {
      let model = VisionTransformer(configuration, device: device, seed: seed)
      return Dictionary(uniqueKeysWithValues: model.parameters().map { ($0.name, $0.tensor.array()) })
    }
    let first = values(Self.student, 1)
    #expect(difference(values(Self.student, 1), first) == nil)
    let second = values(Self.student, 2)
    #expect(first["mask_token"] != second["mask_token"])
    var deeper = Self.student
    deeper.depth = 4
    deeper.positions = .learned
    let other = values(deeper, 1)
    for (name, numbers) in first { #expect(difference(other[name] ?? [], numbers) == nil, "\(name)") }
    #expect(first["blocks.0.mlp.fc1.weight"] != first["blocks.1.mlp.fc1.weight"])
  }

  @Test func configurationsThatCannotBeAreNamed() {
    #expect(Self.student.problem == nil)
    var odd = Self.student
    odd.imageSize = 30
    #expect(odd.problem?.contains("multiple of patchSize") == true)
    odd = Self.student
    odd.heads = 5
    #expect(odd.problem?.contains("5 heads") == true)
    odd = Self.student
    odd.depth = 0
    #expect(odd.problem?.contains("depth is 0") == true)
    odd = Self.student
    odd.dropPath = 1
    #expect(odd.problem?.contains("dropPath") == true)
  }

  @Test func sinCosPositionsAreMAEs() throws {
    let expected = try SafetensorsFile(fixture("models/sincos.safetensors")).floats("positions")
    let configuration = VisionTransformerConfiguration(
      imageSize: 20, patchSize: 4, width: 24, depth: 1, heads: 2, positions: .sinCos)
    let model = VisionTransformer(configuration, device: CPUDevice(), seed: 0)
    let positions = try #require(model.positions?.array())
    #expect(positions.count == expected.count)
    #expect(zip(positions, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(!model.parameters().contains { $0.name == "pos_embed" })
  }

  @Test func dropPathKeepsAsOftenAsItScales() {
    let path = DropPath(rate: 0.4, seed: 3, stream: 17)
    let keep = path.keep(depth: 5, batch: 20_000)
    for (block, factors) in keep.enumerated() {
      let kept = 1 - 0.4 * Float(block) / 4
      for branch in [factors.attention, factors.mlp] {
        #expect(branch.allSatisfy { $0 == 0 || abs($0 - 1 / kept) < 1e-6 })
        let mean = branch.reduce(0, +) / Float(branch.count)
        #expect(abs(mean - 1) < 0.02, "block \(block)")
      }
    }
    #expect(keep[4].attention != keep[4].mlp)
    #expect(path.keep(depth: 5, batch: 8)[4].mlp == Array(keep[4].mlp.prefix(8)))
    #expect(DropPath(rate: 0.4, seed: 3, stream: 18).keep(depth: 5, batch: 64)[4].mlp != Array(keep[4].mlp.prefix(64)))
  }

  @Test func droppedBranchesLeaveTheSampleAsItWas() {
    let device = CPUDevice()
    var configuration = Self.student
    configuration.layerScale = nil
    let model = VisionTransformer(configuration, device: device, seed: 0)
    let pixels = Tensor((0..<2 * 3 * 1024).map { Float($0 % 17) / 17 }, shape: [2, 3, 32, 32], device: device)
    let block = model.blocks[2]
    let x = Tensor((0..<2 * 17 * 64).map { Float($0 % 13) }, shape: [2, 17, 64], device: device)
    let y = block(x, keep: (attention: [0, 1], mlp: [0, 1])).array()
    #expect(difference(Array(y.prefix(17 * 64)), Array(x.array().prefix(17 * 64))) == nil)
    #expect(difference(Array(y.suffix(17 * 64)), Array(block(x).array().suffix(17 * 64))) == nil)
    let plain = model.features(pixels, normalization: .imageNet).array()
    let none = DropPath(rate: 0, seed: 0, stream: 0)
    let undropped = model.features(pixels, normalization: .imageNet, dropPath: none).array()
    #expect(difference(undropped, plain) == nil)
  }
}
