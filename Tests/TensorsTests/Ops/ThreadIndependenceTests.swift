import ArrayDifference
import CKernels
import Foundation
import Tensors
import Testing

/// What an op computes has the same bits whatever the number of cores: for every way to compute, at the edges of tiles
/// (14 rows; AMX: 16), panels (16 and 32 columns), pairs of k and its parts (512 and 1024 units), and on both sides of
/// the number of rows from which weights are laid out beforehand (70).
@Suite struct ThreadIndependenceTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var rows, inputs, outputs: Int
    var testDescription: String { "\(rows) x \(inputs) x \(outputs)" }
  }

  static let shapes: [Shape] = [
    (1, 130, 200), (13, 300, 200), (14, 33, 1030), (15, 384, 96), (31, 1030, 65), (43, 257, 129), (64, 130, 200),
    (69, 96, 384), (70, 130, 200), (71, 130, 201), (197, 192, 49), (300, 1030, 24), (515, 130, 96),
  ].map { Shape(rows: $0.0, inputs: $0.1, outputs: $0.2) }

  private func linear(_ device: any ComputeDevice, _ shape: Shape, biased: Bool, added: Bool) -> [[Float]] {
    let x = normalTensor([shape.rows, shape.inputs], seed: 1, tracked: true, device: device)
    let weight = normalTensor([shape.outputs, shape.inputs], seed: 2, scale: 0.1, tracked: true, device: device)
    let bias = biased ? normalTensor([shape.outputs], seed: 3, tracked: true, device: device) : nil
    let a = added ? normalTensor([shape.rows, shape.outputs], seed: 4, tracked: true, device: device) : nil
    let y = Tensors.linear(
      x, weight: weight, bias: bias, addedTo: a, precision: device.precision,
      output: added ? .float32 : device.precision)
    dotProduct(y.float32(), normalValues(y.count, seed: 5)).backward()
    return [y.array()] + [x, weight, bias, a].compactMap { $0?.gradient?.array() }
  }

  private func fed(_ device: any ComputeDevice, _ shape: Shape) -> [[Float]] {
    let x = normalTensor([shape.rows, shape.inputs], seed: 1, tracked: true, device: device)
    let first = normalTensor([shape.outputs, shape.inputs], seed: 3, scale: 0.1, tracked: true, device: device)
    let bias = normalTensor([shape.outputs], seed: 4, tracked: true, device: device)
    let second = normalTensor([shape.inputs, shape.outputs], seed: 5, scale: 0.1, tracked: true, device: device)
    let scale = Tensor.full(0.5, [shape.inputs], device: device)
    let shift = normalTensor([shape.inputs], seed: 2, tracked: true, device: device)
    scale.requiresGradient = true
    let dtype = device.precision
    let normed = layerNorm(x, weight: scale, bias: shift, epsilon: 1e-6, output: dtype)
    let fed = feedForward(
      normed, first: (first, bias), second: (second, nil), activation: .gelu, precision: dtype, output: dtype)
    let y = residual(x, fed, scale: scale)
    dotProduct(y, normalValues(y.count, seed: 6)).backward()
    return [y.array()] + [x, first, bias, second, shift, scale].compactMap { $0.gradient?.array() }
  }

  private func attended(_ device: any ComputeDevice, tokens: Int, heads: Int, bias wantsBias: Bool) -> [[Float]] {
    let qkv = normalTensor([3, tokens, 3 * 24 * heads], seed: 7, tracked: true, device: device)
    let bias = wantsBias ? normalTensor([heads, tokens, tokens], seed: 8, tracked: true, device: device) : nil
    let y = attention(qkv: qkv.converted(to: device.precision), heads: heads, bias: bias)
    dotProduct(y.float32(), normalValues(y.count, seed: 9)).backward()
    return [y.array()] + [qkv, bias].compactMap { $0?.gradient?.array() }
  }

  @Test(arguments: Engine.cpu, shapes)
  func ofLayers(engine: Engine, shape: Shape) {
    func results(_ threads: Int) -> [[Float]] {
      let device = engine.device(threads: threads)
      return linear(device, shape, biased: true, added: false) + linear(device, shape, biased: false, added: true)
        + fed(device, shape)
    }
    let expected = results(1)
    for threads in [2, 3, 8] { #expect(difference(results(threads), expected) == nil, "\(threads) threads") }
  }

  @Test(arguments: Engine.cpu, [17, 65, 197])
  func ofAttention(engine: Engine, tokens: Int) {
    for (heads, bias) in [(2, true), (5, false), (5, true)] {
      let expected = attended(engine.device(threads: 1), tokens: tokens, heads: heads, bias: bias)
      for threads in [2, 3, 8] {
        let found = attended(engine.device(threads: threads), tokens: tokens, heads: heads, bias: bias)
        #expect(difference(found, expected) == nil, "\(threads) threads, \(heads) heads, bias \(bias)")
      }
    }
  }

  /// Norm, resizing and loss of maps at the edges of what cores share.
  private func mapped(_ device: any ComputeDevice, side: Int, channels: Int) -> [[Float]] {
    let x = normalTensor([3, side, side + 1, channels], seed: 1, tracked: true, device: device)
    let other = normalTensor([3, 5, 4, 6], seed: 2, tracked: true, device: device)
    let weight = normalTensor([channels], seed: 3, tracked: true, device: device)
    let bias = normalTensor([channels], seed: 4, tracked: true, device: device)
    let moments = RunningMoments(mean: .zeros([channels], device: device), variance: .ones([channels], device: device))
    let normed = batchNorm(
      x, weight: weight, bias: bias, running: moments, training: true, isRectified: true)
    let joined = joinedMaps([normed, other], height: 2 * side, width: side + 3)
    let labels = (0..<3 * 9 * side * side).map { (pixel: Int) -> Int32 in
      pixel % 5 == 0 ? 255 : Int32(pixel % (channels + 6))
    }
    let loss = pixelCrossEntropy(joined, labels: labels, height: 3 * side, width: 3 * side)
    loss.backward()
    return [normed, joined, loss, moments.mean, moments.variance].map { $0.array() }
      + [x, other, weight, bias].compactMap { $0.gradient?.array() }
  }

  @Test(arguments: Engine.cpu, [7, 16, 30])
  func ofMaps(engine: Engine, side: Int) {
    for channels in [3, 24] {
      let expected = mapped(engine.device(threads: 1), side: side, channels: channels)
      for threads in [2, 3, 8] {
        let found = mapped(engine.device(threads: threads), side: side, channels: channels)
        #expect(difference(found, expected) == nil, "\(threads) threads, \(channels) channels")
      }
    }
  }

  private func convolved(_ device: any ComputeDevice, side: Int, channels: Int) -> [[Float]] {
    let x = normalTensor([2, side, side + 1, channels], seed: 1, tracked: true, device: device)
    let window = normalTensor([40, 9 * channels], seed: 2, scale: 0.1, tracked: true, device: device)
    let spread = normalTensor([4 * 40, 40], seed: 3, scale: 0.1, tracked: true, device: device)
    let bias = normalTensor([40], seed: 4, tracked: true, device: device)
    let dtype = device.precision
    let wide = transposedConvolution(
      convolution(x, weight: window, precision: dtype), weight: spread, bias: bias, precision: dtype)
    let factors = (0..<2 * 40).map { (place: Int) -> Float in place % 7 == 0 ? 0 : 1.25 }
    let y = joinedMaps([scaledChannels(maxPool(wide), by: factors), averagePool(wide, size: 3)])
    dotProduct(y, normalValues(y.count, seed: 5)).backward()
    return [y.array()] + [x, window, spread, bias].compactMap { $0.gradient?.array() }
  }

  @Test(arguments: Engine.cpu, [3, 16, 23])
  func ofConvolutions(engine: Engine, side: Int) {
    for channels in [5, 48, 150] {
      let expected = convolved(engine.device(threads: 1), side: side, channels: channels)
      for threads in [2, 3, 8] {
        let found = convolved(engine.device(threads: threads), side: side, channels: channels)
        #expect(difference(found, expected) == nil, "\(threads) threads, \(channels) channels")
      }
    }
  }
}
