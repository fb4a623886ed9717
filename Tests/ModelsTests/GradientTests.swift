import Foundation
import Models
import Tensors
import Testing

/// One step of a whole student, forward and backward, against torch on the same weights (Fixtures/make_models.py).
@Suite struct GradientTests {
  @Test func gradientsOfAStudentAgreeWithTorch() throws {
    let device = CPUDevice()
    let expected = try SafetensorsFile(fixture("models/step.safetensors"))
    let student = try loadVision(from: fixture("models/beit"), device: device).model
    student.setRequiresGradient(true)
    let head = Linear(32, 6, name: "head", device: device, seed: 0)
    head.weight.write(try expected.floats("head.weight"))
    head.bias?.write(try expected.floats("head.bias"))
    let pixels = Tensor(try expected.floats("pixels"), shape: [2, 3, 32, 32], device: device)
    let mask = try expected.floats("mask").map { $0 > 0.5 }

    let tokens = student.features(pixels, mask: mask, normalization: .imageNet)
    let weights = (0..<2).flatMap { sample -> [Float] in [1] + mask[sample * 16..<(sample + 1) * 16].map { $0 ? 1 : 0 }
    }
    let target = Tensor(try expected.floats("target"), shape: [34, 6], device: device)
    let loss = cosineLoss(head(tokens).reshaped([34, 6]), target, weights: weights)
    #expect(abs(loss.scalar - (try expected.floats("loss"))[0]) < 1e-5)
    loss.backward()

    let parameters = student.parameters() + head.parameters(prefix: "head")
    let names = expected.names.filter { $0.hasPrefix("gradient/") }
    #expect(names.count == 15)
    for name in names {
      let ours = try #require(parameters.first { "gradient/\($0.name)" == name }?.tensor.gradient?.array())
      let theirs = try expected.floats(name)
      let largest = theirs.map(abs).max() ?? 0
      let difference = zip(ours, theirs).map { abs($0 - $1) }.max() ?? .infinity
      #expect(ours.count == theirs.count && largest > 1e-5 && difference < 1e-4 * largest + 1e-7, "\(name)")
    }
    #expect(parameters.allSatisfy { $0.tensor.gradient != nil })
  }

  /// Pooling by attention, rotary positions of either kind, gated MLPs and norms inside branches
  /// (Fixtures/make_towers.py).
  @Test(arguments: ["timm-siglip-tanh", "timm-dinov3-gated", "timm-eva02-clip"])
  func gradientsOfATowerAgreeWithTorch(_ name: String) throws {
    let device = CPUDevice()
    let expected = try SafetensorsFile(fixture("towers/\(name).gradients.safetensors"))
    let vision = try loadVision(from: fixture("towers/\(name)"), device: device)
    vision.model.setRequiresGradient(true)
    let pixels = Tensor(try expected.floats("pixels"), shape: [1, 3, 32, 32], device: device)
    let upstream = try expected.floats("upstream")
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    linear(
      tokens.reshaped([1, upstream.count]), weight: Tensor(upstream, shape: [1, upstream.count], device: device),
      bias: nil
    ).reshaped([1]).backward()

    let parameters = vision.model.parameters()
    let names = expected.names.filter { $0.hasPrefix("gradient/") && !$0.hasPrefix("gradient/head") }
    #expect(names.count > 20)
    for name in names {
      let all = try #require(parameters.first { "gradient/\($0.name)" == renamed(name) }?.tensor.gradient?.array())
      let theirs = try expected.floats(name)
      // Ours have a row of positions for CLS, whether there is one or not.
      let ours = all.suffix(theirs.count)
      let largest = theirs.map(abs).max() ?? 0
      let difference = zip(ours, theirs).map { abs($0 - $1) }.max() ?? .infinity
      // Kept in 16 bits.
      #expect(ours.count == theirs.count && largest > 1e-5 && difference < 1e-3 * largest, "\(name)")
    }
    #expect(parameters.allSatisfy { $0.tensor.gradient != nil || $0.name.hasPrefix("head.") })
  }

  /// timm's names in ours.
  private func renamed(_ name: String) -> String {
    name.replacingOccurrences(of: "reg_token", with: "register_tokens")
      .replacingOccurrences(of: "attn_pool.proj", with: "attn_pool.attn.proj")
  }

  @Test func aFrozenModelGathersNothing() throws {
    let device = CPUDevice()
    let teacher = try loadVision(from: fixture("models/beit"), device: device).model
    let pixels = Tensor.full(0.5, [1, 3, 32, 32], device: device)
    let tokens = teacher.features(pixels, normalization: .imageNet)
    let head = Linear(32, 1, name: "head", device: device, seed: 0)
    head(selectToken(tokens, 0)).reshaped([1]).backward()
    #expect(head.weight.gradient != nil)
    #expect(teacher.parameters().allSatisfy { $0.tensor.gradient == nil })
  }
}
