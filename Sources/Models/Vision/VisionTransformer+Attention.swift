import Tensors

extension VisionTransformer {
  /// Softmax probabilities with which one token attends to every token in one block, the whole picture shown; blocks
  /// behind it are not computed. No gradient.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1
  ///   - block: counted from 0 on
  ///   - query: the token that attends, 0 is CLS
  /// - Returns: [B, H, N] row-major, CLS first, without what registers get; empty where there is no such block.
  package func attention(
    _ pixels: Tensor, normalization: PixelNormalization, block: Int, query: Int
  ) -> [Float] {
    guard blocks.indices.contains(block) else { return [] }
    guard hasCLS || query > 0 else { return poolingAttention(pixels, normalization: normalization) }
    var x = withRegisters(embedded(pixels, mask: nil, normalization: normalization))
    let shared = sharedPositionBias
    for earlier in blocks[..<block] { x = earlier(x, positionBias: positionBias(of: earlier, shared: shared)) }
    let last = blocks[block]
    let all = last.selfAttention.probabilities(
      last.norm1(x), positionBias: positionBias(of: last, shared: shared), query: hasCLS ? query : query - 1)
    guard registers != nil || !hasCLS else { return all }
    let (whole, own) = (x.shape[1], x.shape[1] - configuration.registers)
    let cls: [Float] = hasCLS ? [] : [0]
    return stride(from: 0, to: all.count, by: whole).flatMap { cls + all[$0..<$0 + own] }
  }

  /// How what stands in the place of CLS attends to the patches: by the pooling head, or to all alike where it is their
  /// mean. The same for every block, as no block has a CLS.
  private func poolingAttention(_ pixels: Tensor, normalization: PixelNormalization) -> [Float] {
    let (heads, patches) = (configuration.heads, configuration.grid.area)
    guard let pooler else {
      let alike = [Float](repeating: 1 / Float(patches), count: patches)
      return (0..<pixels.shape[0] * heads).flatMap { _ in [0] + alike }
    }
    let tokens = patchTokens(features(pixels, normalization: normalization))
    let all = pooler.probabilities(tokens)
    return stride(from: 0, to: all.count, by: patches).flatMap { [0] + all[$0..<$0 + patches] }
  }
}
