import Tensors

extension OpTable {
  static let mapOps: [String: Op] = [
    "batchNorm": { norm($0, training: true) },
    "batchNorm.rectified": { norm($0, training: true, isRectified: true) },
    "batchNorm.running": { norm($0, training: false) },
    "batchNorm.running.rectified": { norm($0, training: false, isRectified: true) },
    "batchNorm.moments": {
      let moments = RunningMoments(mean: $0.mean.copy(), variance: $0.variance.copy())
      let (ones, zeros) = (Tensor.ones([5], device: $0.x.device), Tensor.zeros([5], device: $0.x.device))
      _ = batchNorm($0.x, weight: ones, bias: zeros, running: moments, training: true)
      return concatenateRows([moments.mean, moments.variance]).reshaped([2, 5])
    },
    "resizedMap.up": { resizedMap($0.x, height: 12, width: 8) },
    "resizedMap.odd": { resizedMap($0.x, height: 7, width: 5) },
    "resizedMap.down": { resizedMap($0.x, height: 2, width: 3) },
    "resizedMap.mixed": { resizedMap($0.x, height: 3, width: 9) },
    "resizedMap.one": { resizedMap($0.x, height: 1, width: 1) },
    "resizedMap.added": { resizedMap($0.x, height: 6, width: 8, addedTo: $0.a) },
    "joinedMaps": { joinedMaps([$0.a, $0.b, $0.c]) },
    "patchTokens": { patchTokens($0.x) },
    "pixelCrossEntropy": { pixelCrossEntropy($0.x, labels: $0.integers("labels"), height: 6, width: 9) },
    "pixelCrossEntropy.same": { pixelCrossEntropy($0.x, labels: $0.integers("labels"), height: 6, width: 9) },
    "pixelCrossEntropy.all": {
      pixelCrossEntropy($0.x, labels: $0.integers("labels"), height: 6, width: 9, isOverAll: true)
    },
  ]

  static let convolutionOps: [String: Op] = Dictionary(
    uniqueKeysWithValues: ["", ".line", ".column", ".pixel", ".many"].map { name -> (String, Op) in
      ("convolution\(name)", { convolution($0.x, weight: $0.w, precision: $0.x.device.precision) })
    }
  ).merging([
    "transposedConvolution": {
      transposedConvolution($0.x, weight: $0.w, bias: $0.b, precision: $0.x.device.precision)
    },
    "transposedConvolution.plain": {
      transposedConvolution($0.x, weight: $0.w, bias: nil, precision: $0.x.device.precision)
    },
  ]) { $1 }

  static let tokenizerOps: [String: Op] = Dictionary(
    uniqueKeysWithValues: ["", ".many", ".pixel"].flatMap { name -> [(String, Op)] in
      [
        ("halvingConvolution\(name)", { halvingConvolution($0.x, weight: $0.w, precision: $0.x.device.precision) }),
        ("doublingConvolution\(name)", { doublingConvolution($0.x, weight: $0.w, precision: $0.x.device.precision) }),
      ]
    }
  ).merging([
    "softmax": { softmax($0.x, temperature: 0.7) },
    "softmaxEntropy": { softmaxEntropy($0.x) },
    "rowArgmax": { Tensor(rowArgmax($0.x).map { Float($0) }, shape: [5], device: $0.x.device) },
  ]) { $1 }

  static let poolingOps: [String: Op] = [
    "maxPool": { maxPool($0.x) },
    "maxPool.odd": { maxPool($0.x) },
    "averagePool.1": { averagePool($0.x, size: 1) },
    "averagePool.2": { averagePool($0.x, size: 2) },
    "averagePool.3": { averagePool($0.x, size: 3) },
    "averagePool.6": { averagePool($0.x, size: 6) },
    "scaledChannels": { scaledChannels($0.x, by: $0.floats("factors")) },
  ]

  /// By the moments of the batch, or by those given.
  private static func norm(_ p: OpInputs, training: Bool, isRectified: Bool = false) -> Tensor {
    let moments =
      training
      ? RunningMoments(mean: .zeros([5], device: p.x.device), variance: .ones([5], device: p.x.device))
      : RunningMoments(mean: p.mean, variance: p.variance)
    return batchNorm(
      p.x, weight: p.w, bias: p.b, running: moments, training: training, isRectified: isRectified)
  }
}
