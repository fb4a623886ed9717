import Tensors

extension VisionTransformer {
  /// The patch tokens of some blocks as maps; blocks behind the last of them are not computed.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1, as large as `configuration.imageSize`
  ///   - taps: numbers of blocks, counted from 0 on, not falling
  ///   - normed: whether the final norm goes over them, where the model has one
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  /// - Returns: [B, rows, columns, D] by tap
  package func patchMaps(
    _ pixels: Tensor, taps: [Int], normed: Bool, normalization: PixelNormalization, dropPath: DropPath? = nil,
    recomputes: Bool = false
  ) -> [Tensor] {
    precondition(
      taps.allSatisfy(blocks.indices.contains) && taps == taps.sorted(), "patchMaps: no such blocks: \(taps)")
    var x = withRegisters(embedded(pixels, mask: nil, normalization: normalization))
    let shared = sharedPositionBias
    let keep = dropPath?.keep(depth: blocks.count, batch: pixels.shape[0])
    let grid = configuration.grid
    var maps: [Tensor] = []
    for (index, block) in blocks[...(taps.last ?? 0)].enumerated() {
      let bias = positionBias(of: block, shared: shared)
      x =
        recomputes
        ? block.recomputed(x, positionBias: bias, keep: keep?[index], rows: nil)
        : block(x, positionBias: bias, keep: keep?[index])
      let count = taps.count { $0 == index }
      guard count > 0 else { continue }
      let own = shown(x)
      let tokens = normed ? norm.map { $0(own) } ?? own : own
      let map = patchTokens(tokens).reshaped([pixels.shape[0], grid.height, grid.width, configuration.width])
      maps += repeatElement(map, count: count)
    }
    return maps
  }
}
