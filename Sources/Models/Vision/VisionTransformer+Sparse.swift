import Tensors

extension VisionTransformer {
  /// Features of CLS and of the visible patches alone, after the final norm: all blocks run over these, as in MAE's
  /// encoder (facebookresearch/mae, `models_mae.py`).
  ///
  /// A model with relative position bias cannot: the bias is of whole grids.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1, as large as `configuration.imageSize`
  ///   - visible: of B pictures
  ///   - normalization: what this model was or is trained with
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  ///   - observe: is given what each stage makes, by its name
  /// - Returns: [B, 1+V, D], CLS first, patches in the order of `visible`
  package func features(
    _ pixels: Tensor, visible: VisiblePatches, normalization: PixelNormalization, dropPath: DropPath? = nil,
    recomputes: Bool = false, observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    precondition(!configuration.relativePositionBias, "a sparse encoding has no relative position bias")
    precondition(hasCLS && configuration.rotary == nil, "a sparse encoding has CLS and no rotary positions")
    return encoded(
      embedded(pixels, visible: visible, normalization: normalization), dropPath: dropPath, rows: nil,
      recomputes: recomputes, observe: observe)
  }

  /// Pixels to the first block's input, the visible patches taken out before they are embedded: [B, C, H, W] -> [B,
  /// 1+V, D].
  private func embedded(_ pixels: Tensor, visible: VisiblePatches, normalization: PixelNormalization) -> Tensor {
    let patches = patchify(
      pixels, patch: configuration.patchSize, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation)
    let seen = gatherRows(
      patches.reshaped([patches.count / patchEmbedding.inputs, patchEmbedding.inputs]), visible.patchRows)
    let (pictures, width) = (visible.pictures, configuration.width)
    var tokens = assembleTokens(
      patches: patchEmbedding(seen).reshaped([pictures, visible.each, width]), cls: clsToken, maskToken: nil, mask: nil,
      position: nil)
    if let positions {
      // Every picture has positions of its own: all tokens are one sample here.
      let shape = tokens.shape
      tokens = addPosition(
        tokens.reshaped([1, tokens.count / width, width]), gatherRows(positions, visible.tokenPlaces)
      ).reshaped(shape)
    }
    return preNorm.map { $0(tokens) } ?? tokens
  }
}
