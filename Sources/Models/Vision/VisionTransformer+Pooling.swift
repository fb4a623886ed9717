import Tensors

/// Models without CLS, as SigLIP's and I-JEPA's: blocks see the patches alone, and what stands in the place of CLS in
/// every result is made of them.
extension VisionTransformer {
  var hasCLS: Bool { configuration.pooling == nil }

  /// Tokens between blocks as they are shown: without registers, with the patches' mean in the place of CLS.
  func shown(_ tokens: Tensor) -> Tensor {
    let own = withoutRegisters(tokens)
    guard !hasCLS, own.shape.count == 3 else { return own }
    return assembled(meanTokens(own, from: 0), own)
  }

  /// Tokens after the final norm, with what is pooled of them in the place of CLS.
  func pooled(_ tokens: Tensor) -> Tensor {
    guard !hasCLS, tokens.shape.count == 3 else { return tokens }
    return assembled(pooler.map { $0(tokens) } ?? meanTokens(tokens, from: 0), tokens)
  }

  /// [B, D] before [B, M, D] -> [B, 1 + M, D]
  private func assembled(_ first: Tensor, _ patches: Tensor) -> Tensor {
    let (batch, count, width) = (patches.shape[0], patches.shape[1], patches.shape[2])
    let all = concatenateRows([first, patches.reshaped([batch * count, width])])
    let rows = (0..<batch).flatMap { sample -> [Int32] in
      [Int32(sample)] + (0..<count).map { Int32(batch + sample * count + $0) }
    }
    return gatherRows(all, rows).reshaped([batch, 1 + count, width])
  }

  /// The rows that are wanted of a model without CLS, which computes all of them: [B, 1 + M, D] -> [rows, D].
  func chosen(_ rows: [Int32]?, of tokens: Tensor) -> Tensor {
    guard !hasCLS, let rows, tokens.shape.count == 3 else { return tokens }
    return gatherRows(tokens.reshaped([tokens.shape[0] * tokens.shape[1], tokens.shape[2]]), rows)
  }
}
