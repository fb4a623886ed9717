import Tensors

extension VisionTransformer {
  /// The mean of what the last blocks make of each token, each block's output brought to mean 0 and variance 1 over its
  /// features first: data2vec's targets (Baevski et al. 2022, arXiv 2202.03555, section 3.3). No final norm.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1, as large as `configuration.imageSize`
  ///   - last: so many blocks
  ///   - observe: is given what each stage makes, by its name
  /// - Returns: [B, 1+M, D], CLS first
  package func meanOfBlocks(
    _ pixels: Tensor, last: Int, normalization: PixelNormalization,
    observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    var x = withRegisters(embedded(pixels, mask: nil, normalization: normalization))
    observe?("embedding", shown(x))
    let shared = sharedPositionBias
    let width = configuration.width
    let (ones, zeros) = (Tensor.ones([width], device: device), Tensor.zeros([width], device: device))
    var sum: Tensor?
    let count = max(1, min(last, blocks.count))
    for (index, block) in blocks.enumerated() {
      x = block(x, positionBias: positionBias(of: block, shared: shared))
      let own = shown(x)
      observe?("block \(index + 1)", own)
      guard index >= blocks.count - count else { continue }
      let normed = layerNorm(own, weight: ones, bias: zeros, epsilon: configuration.layerNormEpsilon)
      sum = sum.map { add($0, normed) } ?? normed
    }
    return scaled(sum ?? shown(x), by: 1 / Float(count))
  }
}
