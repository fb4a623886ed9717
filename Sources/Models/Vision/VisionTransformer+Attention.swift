import Tensors

extension VisionTransformer {
  /// Softmax probabilities with which one token attends to every token in one block, the whole picture shown; blocks
  /// behind it are not computed. No gradient.
  /// - Parameters:
  ///   - pixels: [B, 3, S, S] in 0...1
  ///   - block: counted from 0 on
  ///   - query: the token that attends, 0 is CLS
  /// - Returns: [B, H, N] row-major, CLS first, without what registers get; empty where there is no such block.
  package func attention(
    _ pixels: Tensor, normalization: PixelNormalization, block: Int, query: Int
  ) -> [Float] {
    guard blocks.indices.contains(block) else { return [] }
    var x = withRegisters(embedded(pixels, mask: nil, normalization: normalization))
    let shared = sharedPositionBias
    for earlier in blocks[..<block] { x = earlier(x, positionBias: positionBias(of: earlier, shared: shared)) }
    let last = blocks[block]
    let all = last.selfAttention.probabilities(
      last.norm1(x), positionBias: positionBias(of: last, shared: shared), query: query)
    guard registers != nil else { return all }
    let (whole, own) = (x.shape[1], x.shape[1] - configuration.registers)
    return stride(from: 0, to: all.count, by: whole).flatMap { all[$0..<$0 + own] }
  }
}
