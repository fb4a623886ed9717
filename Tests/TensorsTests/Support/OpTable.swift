import Foundation
import Tensors

/// Every case of `Fixtures/ops.json` that is an op, in our words.
enum OpTable {
  typealias Op = @Sendable (OpInputs) -> Tensor

  static let ops: [String: Op] = linearOps.merging(activationOps) { $1 }.merging(normOps) { $1 }.merging(attentionOps) {
    $1
  }
  .merging(tokenOps) { $1 }.merging(arithmeticOps) { $1 }.merging(lossOps) { $1 }.merging(mapOps) { $1 }
  .merging(convolutionOps) { $1 }.merging(poolingOps) { $1 }.merging(tokenizerOps) { $1 }.merging(codeOps) { $1 }
  .merging(["block": block]) { $1 }

  static let linearOps: [String: Op] = [
    "linear.bias": { layer($0.x, $0.w, $0.b) },
    "linear.plain": { layer($0.x, $0.w, nil) },
    "matmulTransposed": { matmulTransposed($0.a, $0.b) },
    "patchEmbedding": {
      let patches = patchify(
        $0.pixels, patch: 4, mean: [0.48, 0.45, 0.40], standardDeviation: [0.26, 0.27, 0.28])
      return layer(patches, $0.w, $0.b)
    },
  ]

  static let activationOps: [String: Op] = Dictionary(
    uniqueKeysWithValues: Activation.allCases.flatMap { kind -> [(String, Op)] in
      [
        ("activated.\(kind)", { activated(lowered($0.x), by: kind) }),
        ("feedForward.\(kind).bias", { fed($0.x, ($0.w1, $0.b1), ($0.w2, $0.b2), kind) }),
        ("feedForward.\(kind).plain", { fed($0.x, ($0.w1, nil), ($0.w2, nil), kind) }),
      ]
    })

  static let normOps: [String: Op] = [
    "gated": { gated(lowered($0.x)) },
    "layerNorm": { norm($0.x, $0.w, $0.b) },
    "l2Normalize": { l2Normalize($0.x) },
    "l2Normalize.tiny": { l2Normalize($0.x, epsilon: 1e-2) },
  ]

  static let attentionOps: [String: Op] = [
    "attention": { attention(qkv: lowered($0.qkv), heads: 3) },
    "attention.bias": { attention(qkv: lowered($0.qkv), heads: 3, bias: $0.bias) },
    "attention.causal": { attention(qkv: lowered($0.qkv), heads: 2, causal: true) },
    "attention.probabilities": {
      let values = attentionProbabilities(qkv: $0.qkv, heads: 3, bias: $0.bias, query: 2)
      return Tensor(values, shape: [2, 3, 5], device: $0.qkv.device)
    },
    "rotated.pairs": { turned($0.qkv, $0.floats("angles"), isHalved: false) },
    "rotated.halves": { turned($0.qkv, $0.floats("angles"), isHalved: true) },
    "relativePositionBias": { relativePositionBias(table: $0.table, index: $0.integers("index"), tokens: 4) },
  ]

  static let tokenOps: [String: Op] = [
    "residual.plain": { residual($0.x, lowered($0.branch)) },
    "residual.scale": { residual($0.x, lowered($0.branch), scale: $0.scale) },
    "residual.keep": { residual($0.x, lowered($0.branch), keep: [1.25, 0, 1.25]) },
    "residual.both": { residual($0.x, lowered($0.branch), scale: $0.scale, keep: [1.25, 0, 1.25]) },
    "assembleTokens": {
      assembleTokens(
        patches: $0.patches, cls: $0.cls, maskToken: $0.token, mask: $0.flags("mask"), position: $0.position)
    },
    "assembleTokens.unmasked": {
      assembleTokens(patches: $0.patches, cls: $0.cls, maskToken: nil, mask: nil, position: $0.position)
    },
    "assembleTokens.bare": {
      assembleTokens(patches: $0.patches, cls: $0.cls, maskToken: $0.token, mask: $0.flags("mask"), position: nil)
    },
    "addPosition": { addPosition($0.x, $0.position) },
    "selectToken": { selectToken($0.x, 2) },
    "meanTokens": { meanTokens($0.x) },
    "meanTokens.all": { meanTokens($0.x, from: 0) },
    "gatherRows": { gatherRows($0.x, $0.integers("rows")) },
    "concatenateRows": { concatenateRows([$0.a, $0.b, $0.c]) },
  ]

  static let arithmeticOps: [String: Op] = [
    "add": { add($0.a, $0.b) },
    "add.twice": { add($0.a, $0.a) },
    "scaled": { scaled($0.a, by: -2.5) },
    "scaledByExponential": { scaledByExponential($0.a, logScale: $0.s) },
    "reshaped": { $0.a.reshaped([5, 3]) },
    "softmaxRows": { softmaxRows($0.x, temperature: 0.07, center: $0.center) },
    "softmaxRows.plain": { softmaxRows($0.x, temperature: 0.5) },
    "columnMeans": { Tensor(columnMeans($0.x), shape: [6], device: $0.x.device) },
    "rowCosines": { Tensor(rowCosines($0.a, $0.b), shape: [5], device: $0.a.device) },
  ]

  static let lossOps: [String: Op] = [
    "cosineLoss": { cosineLoss($0.p, $0.t) },
    "cosineLoss.weights": { cosineLoss($0.p, $0.t, weights: $0.floats("w")) },
    "cosineLoss.tiny": { cosineLoss($0.p, $0.t) },
    "smoothL1Loss": { smoothL1Loss($0.p, $0.t, beta: 0.4) },
    "smoothL1Loss.weights": { smoothL1Loss($0.p, $0.t, weights: $0.floats("w"), beta: 0.4) },
    "meanSquaredLoss": { meanSquaredLoss($0.p, $0.t) },
    "meanSquaredLoss.weights": { meanSquaredLoss($0.p, $0.t, weights: $0.floats("w")) },
    "crossEntropy": { crossEntropy($0.x, labels: $0.integers("labels")) },
    "crossEntropy.smoothing": { crossEntropy($0.x, labels: $0.integers("labels"), smoothing: 0.1) },
    "softCrossEntropy": { softCrossEntropy($0.x, targets: $0.targets, temperature: 0.1) },
    "contrastiveLoss": { contrastiveLoss(image: $0.image, text: $0.text, logitScale: $0.scale) },
  ]

  /// A pre-norm transformer block with layer scale and a relative position bias.
  static let block: Op = { p in
    let mixed = attention(qkv: layer(norm(p.x, p.n1w, p.n1b), p.qkvw, p.qkvb), heads: 3, bias: p.bias)
    let x = residual(p.x, layer(mixed, p.pw, p.pb), scale: p.g1)
    return residual(x, fed(norm(x, p.n2w, p.n2b), (p.f1w, p.f1b), (p.f2w, p.f2b), .gelu), scale: p.g2)
  }

  // As the layers of a model use them: products and what lies between them in the device's number format.

  private static func lowered(_ x: Tensor) -> Tensor { x.converted(to: x.device.precision) }

  private static func layer(_ x: Tensor, _ w: Tensor, _ b: Tensor?) -> Tensor {
    linear(x, weight: w, bias: b, precision: x.device.precision, output: x.device.precision)
  }

  private static func fed(
    _ x: Tensor, _ first: (weight: Tensor, bias: Tensor?), _ second: (weight: Tensor, bias: Tensor?),
    _ activation: Activation
  ) -> Tensor {
    feedForward(
      x, first: first, second: second, activation: activation, precision: x.device.precision,
      output: x.device.precision)
  }

  /// - Parameter angles: [N, headWidth / 2]
  private static func turned(_ qkv: Tensor, _ angles: [Float], isHalved: Bool) -> Tensor {
    let rotation = Rotation(
      cosines: angles.map { cos($0) }, sines: angles.map { sin($0) }, tokens: qkv.shape[1], isHalved: isHalved,
      device: qkv.device)
    return rotated(qkv: lowered(qkv), heads: 2, by: rotation)
  }

  private static func norm(_ x: Tensor, _ w: Tensor, _ b: Tensor) -> Tensor {
    layerNorm(x, weight: w, bias: b, epsilon: 1e-6, output: x.device.precision)
  }
}
