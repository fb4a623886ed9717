import Tensors

/// Tokens of two blocks of one pass, before the final norm.
package struct EarlyAndLast {
  /// [B, 1 + M, D] of the earlier block.
  package let early: Tensor
  /// [B, 1 + M, D] of the last block, or [rows, D].
  package let last: Tensor
  /// What all blocks add to their scores, [H, N, N]; nil for a model without.
  package let positionBias: Tensor?
}

extension VisionTransformer {
  /// One pass of which the tokens of an earlier block are wanted, too.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1, as large as `configuration.imageSize`
  ///   - mask: B * M flags, true if the mask token replaces the patch
  ///   - early: how many blocks the earlier tokens went through, 1...depth
  ///   - rows: the tokens of the last block that are wanted, numbers among the B * (1+M), as many of each picture; nil:
  ///     all
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  package func tokens(
    _ pixels: Tensor, mask: [Bool]?, normalization: PixelNormalization, early: Int, dropPath: DropPath? = nil,
    rows: [Int32]? = nil, recomputes: Bool = false, observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> EarlyAndLast {
    let tokens = embedded(pixels, mask: mask, normalization: normalization)
    let rows = hasCLS ? registered(rows, of: tokens.shape[1]) : rows
    var x = withRegisters(tokens)
    observe?("embedding", shown(x))
    var earlier = shown(x)
    let shared = sharedPositionBias
    let keep = dropPath?.keep(depth: blocks.count, batch: x.shape[0])
    for (index, block) in blocks.enumerated() {
      let rows = index == blocks.count - 1 && hasCLS ? rows : nil
      let bias = positionBias(of: block, shared: shared)
      x =
        recomputes
        ? block.recomputed(x, positionBias: bias, keep: keep?[index], rows: rows)
        : block(x, positionBias: bias, keep: keep?[index], rows: rows)
      observe?("block \(index + 1)", shown(x))
      if index + 1 == early { earlier = shown(x) }
    }
    return EarlyAndLast(early: earlier, last: chosen(rows, of: shown(x)), positionBias: shared)
  }
}
