import ArrayDifference
import Tensors
import Testing

/// Sizes at which the fused and packed paths of the products are taken, for every way to compute, against OpenBLAS in
/// float32.
@Suite struct EngineTests {
  /// Output and gradients of a layer norm, a feed-forward part and a residual: [rows, width] -> [rows, width].
  private func layers(_ device: any ComputeDevice, rows: Int, width: Int = 130, hidden: Int = 200) -> [[Float]] {
    let x = normalTensor([rows, width], seed: 1, tracked: true, device: device)
    let shift = normalTensor([width], seed: 2, tracked: true, device: device)
    let first = normalTensor([hidden, width], seed: 3, scale: 0.1, tracked: true, device: device)
    let bias = normalTensor([hidden], seed: 4, tracked: true, device: device)
    let second = normalTensor([width, hidden], seed: 5, scale: 0.1, tracked: true, device: device)
    let scale = Tensor.full(0.5, [width], device: device)
    scale.requiresGradient = true
    let dtype = device.precision
    let normed = layerNorm(x, weight: scale, bias: shift, epsilon: 1e-6, output: dtype)
    let fed = feedForward(
      normed, first: (first, bias), second: (second, nil), activation: .gelu, precision: dtype, output: dtype)
    let y = residual(x, fed, scale: scale)
    dotProduct(y, normalValues(y.count, seed: 6)).backward()
    return [y.array()] + [x, shift, first, bias, second, scale].map { $0.gradient?.array() ?? [] }
  }

  /// Output and gradients of the layers of a block without layer scale, which add themselves to what goes past them, or
  /// of the same with the additions apart: [rows, 64] -> [rows, 64].
  private func residuals(_ device: any ComputeDevice, rows: Int, apart: Bool = false) -> [[Float]] {
    let x = normalTensor([rows, 64], seed: 13, tracked: true, device: device)
    let weight = normalTensor([64, 64], seed: 14, scale: 0.1, tracked: true, device: device)
    let first = normalTensor([96, 64], seed: 15, scale: 0.1, tracked: true, device: device)
    let second = normalTensor([64, 96], seed: 16, scale: 0.1, tracked: true, device: device)
    let bias = normalTensor([64], seed: 17, tracked: true, device: device)
    let dtype = device.precision
    func added(_ x: Tensor, _ branch: (Tensor?) -> Tensor) -> Tensor { apart ? add(x, branch(nil)) : branch(x) }
    let middle = added(x) { linear(x, weight: weight, bias: bias, addedTo: $0, precision: dtype) }
    let y = added(middle) {
      feedForward(
        middle, first: (first, nil), second: (second, bias), activation: .quickGELU, addedTo: $0, precision: dtype)
    }
    dotProduct(y, normalValues(y.count, seed: 18)).backward()
    return [y.array()] + [x, weight, first, second, bias].map { $0.gradient?.array() ?? [] }
  }

  private func attended(_ device: any ComputeDevice, tokens: Int, bias wantsBias: Bool) -> [[Float]] {
    let qkv = normalTensor([3, tokens, 3 * 64], seed: 7, tracked: true, device: device)
    let bias = wantsBias ? normalTensor([2, tokens, tokens], seed: 8, tracked: true, device: device) : nil
    let y = attention(qkv: qkv.converted(to: device.precision), heads: 2, bias: bias)
    dotProduct(y, normalValues(y.count, seed: 9)).backward()
    return [y.array(), qkv.gradient?.array() ?? []] + (bias.map { [$0.gradient?.array() ?? []] } ?? [])
  }

  @Test(arguments: Engine.all, [1, 2, 3])
  func layersAgree(engine: Engine, threads: Int) {
    // Columns in whole panels and others.
    for (rows, width, hidden) in [(64, 130, 200), (300, 130, 200), (300, 64, 224), (515, 130, 200), (515, 96, 64)] {
      let expected = layers(
        CPUDevice(threads: 1, backend: .openBLAS), rows: rows, width: width, hidden: hidden)
      let found = layers(engine.device(threads: threads), rows: rows, width: width, hidden: hidden)
      for (index, (a, b)) in zip(found, expected).enumerated() {
        expectClose(a, b, within: engine.dtype == .bfloat16 ? 0.03 : 2e-5, "\(rows) rows, result \(index)")
      }
    }
  }

  @Test(arguments: Engine.all, [1, 2])
  func layersAddThemselves(engine: Engine, threads: Int) {
    for rows in [20, 300] {
      let expected = residuals(CPUDevice(threads: 1, backend: .openBLAS), rows: rows, apart: true)
      let found = residuals(engine.device(threads: threads), rows: rows)
      for (index, (a, b)) in zip(found, expected).enumerated() {
        expectClose(a, b, within: engine.dtype == .bfloat16 ? 0.03 : 2e-5, "\(rows) rows, result \(index)")
      }
    }
  }

  @Test(arguments: Engine.all, [1, 2, 3])
  func attentionAgrees(engine: Engine, threads: Int) {
    for (tokens, bias) in [(65, false), (65, true), (17, true), (197, false)] {
      let expected = attended(CPUDevice(threads: 1, backend: .openBLAS), tokens: tokens, bias: bias)
      let found = attended(engine.device(threads: threads), tokens: tokens, bias: bias)
      for (index, (a, b)) in zip(found, expected).enumerated() {
        expectClose(a, b, within: engine.dtype == .bfloat16 ? 0.03 : 2e-5, "\(tokens) tokens, result \(index)")
      }
    }
  }

  /// A weight that is not to change may be kept in another order: what is computed and read stays the same, and so does
  /// what a change brings, which a promise for speed does not forbid.
  @Test(arguments: Engine.all)
  func constantWeightsAreThemselves(engine: Engine) {
    let device = engine.device(threads: 2)
    let x = normalTensor([150, 40], seed: 10, device: device)
    func product(_ weight: Tensor) -> [Float] { linear(x, weight: weight, precision: engine.dtype).array() }
    for outputs in [48, 50] {
      let plain = normalTensor([outputs, 40], seed: 11, device: device)
      let constant = plain.copy()
      constant.isConstant = true
      for _ in 0..<2 { #expect(difference(product(constant), product(plain)) == nil) }
      #expect(difference(constant.copy().array(), plain.array()) == nil)
      #expect(difference(product(constant), product(plain)) == nil)
      #expect(difference(constant.array(), plain.array()) == nil)
      #expect(difference(product(constant), product(plain)) == nil)
      let other = normalValues(outputs * 40, seed: 12)
      constant.write(other)
      plain.write(other)
      #expect(difference(product(constant), product(plain)) == nil)
      #expect(difference(constant.array(), other) == nil)
    }
  }

  /// The same bits every time, whatever memory of the pool the results land in.
  @Test(arguments: Engine.all)
  func resultsRepeat(engine: Engine) {
    let device = engine.device(threads: 2)
    #expect(difference(layers(device, rows: 515), layers(device, rows: 515)) == nil)
    let (first, again) = (attended(device, tokens: 65, bias: true), attended(device, tokens: 65, bias: true))
    #expect(difference(again, first) == nil)
  }

  /// And whatever the number of cores.
  @Test(arguments: Engine.cpu, [2, 3])
  func resultsDoNotDependOnThreads(engine: Engine, threads: Int) {
    let (one, more) = (engine.device(threads: 1), engine.device(threads: threads))
    for (rows, width, hidden) in [(64, 130, 200), (515, 130, 200), (515, 96, 64)] {
      let expected = layers(one, rows: rows, width: width, hidden: hidden)
      let found = layers(more, rows: rows, width: width, hidden: hidden)
      #expect(difference(found, expected) == nil, "\(rows) x \(width) x \(hidden)")
    }
    for bias in [false, true] {
      let expected = attended(one, tokens: 65, bias: bias)
      #expect(difference(attended(more, tokens: 65, bias: bias), expected) == nil, "bias \(bias)")
    }
  }

  /// After two rounds the pool has every block that a third asks for.
  @Test(arguments: Engine.cpu)
  func thePoolIsWarmAfterTwoRounds(engine: Engine) {
    let device = engine.device(threads: 1)
    for _ in 0..<2 { _ = layers(device, rows: 300) }
    let before = device.memoryUse.allocations
    _ = layers(device, rows: 300)
    #expect(device.memoryUse.allocations == before)
  }

  @Test(arguments: Engine.float32)
  func bfloat16RoundsToNearestEven(engine: Engine) {
    let device = engine.device(threads: 1)
    let values: [Float] = [1, 1 + 0x1p-8, 1 + 0x1p-7, 1 + 3 * 0x1p-8, -0.1, 3e38, .infinity, 0]
    let rounded = Tensor(values, shape: [8], device: device).converted(to: .bfloat16).array()
    #expect(rounded == [1, 1, 1 + 0x1p-7, 1 + 0x1p-6, -0.10009765625, Float(bitPattern: 0x7f62_0000), .infinity, 0])
    let nan = Tensor([.nan], shape: [1], device: device).converted(to: .bfloat16).array()
    #expect(nan[0].isNaN)
  }
}

/// Sums that no gradient goes through.
@Suite struct RowSumTests {
  @Test(arguments: Engine.float32)
  func weightedSumsAreThose(engine: Engine) {
    let device = engine.device(threads: 2)
    let values = normalValues(6 * 4, seed: 1)
    let x = Tensor(values, shape: [6, 4], device: device)
    let weights: [Float] = [0.5, -1, 2, 0, 3, 0.25]
    for groups: [Int32] in [[0, 1, 2, 0, 1, 2], [2, 2, 0, 0, 2, 2], [1, 1, 1, 1, 1, 1]] {
      var expected = [Float](repeating: 0, count: 12)
      for (row, group) in groups.enumerated() {
        for column in 0..<4 { expected[Int(group) * 4 + column] += weights[row] * values[row * 4 + column] }
      }
      let found = weightedRowSums(x, weights: weights, groups: groups, count: 3)
      expectClose(found, expected, within: 1e-6, "\(groups)")
    }
  }
}
