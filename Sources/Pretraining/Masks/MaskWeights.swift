import Recipe
import Tensors

extension MaskKind {
  /// Whether masks are drawn by weights of the patches.
  package var goesByAttention: Bool { self == .attention }
}

extension Guidance {
  /// How much CLS attends to each patch in the network's last block, its heads averaged, by picture; nil where there is
  /// no network.
  /// - Parameter pixels: [B, C, H, W] in 0...1, not normalised.
  package func attentionToPatches(pixels: Tensor) -> [[Float]]? {
    guard let shape = network?.model.configuration else { return nil }
    let (tokens, heads) = (1 + grid.rows * grid.columns, shape.heads)
    let all = withoutHistory { uncached.attention(pixels: pixels, block: shape.depth - 1, query: 0) }
    guard all.count == pixels.shape[0] * heads * tokens else { return nil }
    return meanOverHeads(all, pictures: pixels.shape[0], tokens: tokens)
  }
}

/// Attention of CLS to the patches, its heads averaged, by picture.
/// - Parameter attention: [pictures, heads, tokens], CLS first among the tokens.
func meanOverHeads(_ attention: [Float], pictures: Int, tokens: Int) -> [[Float]] {
  let heads = attention.count / max(pictures * tokens, 1)
  guard heads > 0 else { return [] }
  return (0..<pictures).map { picture in
    (1..<tokens).map { token in
      (0..<heads).reduce(Float(0)) { $0 + attention[(picture * heads + $1) * tokens + token] } / Float(heads)
    }
  }
}

extension MaskGenerator {
  /// What the masks of some pictures go by; nil for kinds that look at none.
  /// - Parameter guidances: the first one that is a network gives its attention.
  func weights(of pixels: Tensor, by guidances: [any Guidance]) -> [[Float]]? {
    guard kind.goesByAttention else { return nil }
    return guidances.lazy.compactMap { $0.attentionToPatches(pixels: pixels) }.first
  }
}
