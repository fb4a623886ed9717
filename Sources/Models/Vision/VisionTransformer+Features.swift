import Tensors

extension VisionTransformer {
  /// Features of every token after the final norm.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1, as large as `configuration.imageSize`
  ///   - mask: B * M flags, true if the mask token replaces the patch; a model without mask token takes none
  ///   - normalization: what this model was or is trained with
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - rows: the tokens whose features are wanted, numbers among the B * (1+M), as many of each picture; what follows
  ///     the last attention is computed for these alone. nil: all
  ///   - isNormed: whether the final norm goes over them, where the model has one
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  ///   - observe: is given what each stage makes, by its name: `embedding`, `block 1`, ..., `final norm`
  /// - Returns: [B, 1+M, D], CLS first, or [rows, D]
  package func features(
    _ pixels: Tensor, mask: [Bool]? = nil, normalization: PixelNormalization, dropPath: DropPath? = nil,
    rows: [Int32]? = nil, isNormed: Bool = true, recomputes: Bool = false,
    observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    encoded(
      embedded(pixels, mask: mask, normalization: normalization), dropPath: dropPath, rows: rows,
      isNormed: isNormed, recomputes: recomputes, observe: observe)
  }

  /// A sequence of tokens through all blocks and the final norm: [B, N, D] -> [B, N, D], or [rows, D]. Parameters as
  /// above.
  func encoded(
    _ tokens: Tensor, dropPath: DropPath?, rows: [Int32]?, isNormed: Bool = true, recomputes: Bool,
    observe: ((_ stage: String, _ values: Tensor) -> Void)?
  ) -> Tensor {
    var x = withRegisters(tokens)
    let rows = hasCLS ? registered(rows, of: tokens.shape[1]) : rows
    observe?("embedding", shown(x))
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
    }
    guard isNormed, let norm else { return chosen(rows, of: shown(x)) }
    let normed = pooled(norm(withoutRegisters(x)))
    observe?("final norm", normed)
    return chosen(rows, of: normed)
  }

  /// The same with the normalisation spelled out by channel.
  package func features(
    _ pixels: Tensor, mask: [Bool]? = nil, mean: [Float], standardDeviation: [Float], dropPath: DropPath? = nil
  ) -> Tensor {
    let normalization = PixelNormalization(mean: mean, standardDeviation: standardDeviation)
    return features(pixels, mask: mask, normalization: normalization, dropPath: dropPath)
  }

  /// CLIP's projection of tokens, CLS or all alike; the tokens themselves where the model has none.
  /// - Parameter tokens: [..., D]
  /// - Returns: [..., P]
  package func projected(_ tokens: Tensor) -> Tensor { projection.map { $0(tokens) } ?? tokens }

  /// Pixels to the first block's input: [B, C, H, W] -> [B, 1+M, D], or [B, M, D] for a model without CLS.
  func embedded(_ pixels: Tensor, mask: [Bool]?, normalization: PixelNormalization) -> Tensor {
    let patches = patchify(
      pixels, patch: configuration.patchSize, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation)
    let tokens = assembleTokens(
      patches: patchEmbedding(patches), cls: clsToken, maskToken: maskToken, mask: mask, position: positions)
    let normed = preNorm.map { $0(tokens) } ?? tokens
    return hasCLS ? normed : patchTokens(normed)
  }
}
