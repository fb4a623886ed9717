import Tensors

/// How far pictures are apart in the eyes of a frozen vision transformer: the mean over some of its blocks of the
/// squared distance of their patch tokens, each brought to length 1. It has a gradient to one of the two pictures.
///
/// PeCo (Dong et al. 2021, arXiv 2111.12710) compares deep features of a self-supervised transformer; its code is not
/// public. Inferred here: blocks at a quarter, a half, three quarters and all of the depth, patch tokens alone, equal
/// weights, tokens of length 1 as LPIPS has its channels.
package struct PerceptualDistance {
  package let vision: LoadedVision
  /// Blocks that are compared, counted from 0 on.
  package let taps: [Int]

  /// - Parameter vision: is frozen for good.
  package init(_ vision: LoadedVision) {
    self.vision = vision
    let depth = vision.model.blocks.count
    taps = (1...4).map { max(1, ($0 * depth + 3) / 4) - 1 }.reduce(into: []) { all, tap in
      if all.last != tap { all.append(tap) }
    }
    vision.model.freezeForGood()
  }

  /// - Parameters:
  ///   - made: [B, S, S, 3], as 2x - 1 of x in 0...1, S the model's image size; has the gradient
  ///   - pixels: [B, 3, H, W] in 0...1
  /// - Returns: a scalar in 0...4
  package func callAsFunction(_ made: Tensor, _ pixels: Tensor) -> Tensor {
    let (patch, norm) = (vision.model.configuration.patchSize, vision.normalization)
    let theirs = withoutHistory {
      vision.model.tokensByBlock(
        of: patchify(pixels, patch: patch, mean: norm.mean, standardDeviation: norm.standardDeviation), taps: taps)
    }
    let ours = vision.model.tokensByBlock(
      of: mapPatches(
        made, patch: patch, mean: norm.mean.map { 2 * $0 - 1 },
        standardDeviation: norm.standardDeviation.map { 2 * $0 }), taps: taps)
    // |a - b|² = 2 - 2 cos for tokens of length 1.
    let cosines = zip(ours, theirs).map { cosineLoss($0, $1) }
    let sum = cosines.dropFirst().reduce(cosines[0]) { add($0, $1) }
    let two = Tensor([2], shape: [1], device: made.device)
    return add(scaled(sum, by: 2 / Float(cosines.count)), two)
  }
}

extension VisionTransformer {
  /// The patch tokens of some blocks, from patches that may have a history.
  /// - Parameters:
  ///   - patches: [B, M, 3 p p], normalised
  ///   - taps: numbers of blocks, counted from 0 on, rising
  /// - Returns: [B, M, D] by tap
  func tokensByBlock(of patches: Tensor, taps: [Int]) -> [Tensor] {
    var x = assembleTokens(
      patches: patchEmbedding(patches), cls: clsToken, maskToken: nil, mask: nil, position: positions)
    x = preNorm.map { $0(x) } ?? x
    if !hasCLS { x = patchTokens(x) }
    let shared = sharedPositionBias
    var found: [Tensor] = []
    for (index, block) in blocks[...(taps.last ?? 0)].enumerated() {
      x = block(x, positionBias: positionBias(of: block, shared: shared))
      if taps.contains(index) { found.append(patchTokens(shown(x))) }
    }
    return found
  }
}
