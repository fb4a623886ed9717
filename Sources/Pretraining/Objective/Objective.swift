import Recipe
import Tensors

/// The loss of masked guidance: predictions F against targets G, token by token.
///
/// The poster leaves tokens and kind open; the defaults are the negative cosine over CLS and masked patches.
package struct Objective: Codable, Equatable, Sendable {
  package var tokens: LossTokens
  package var kind: LossKind
  /// Where smooth L1 turns from square to linear: MaskDistill 1, Feature Distillation 2.
  package var beta: Float
  /// Of the softmaxes that the relational loss compares.
  package var temperature: Float
  /// Whether the cosine, too, is taken against targets after a LayerNorm without affine part.
  package var normalizesTargets: Bool
  /// What is taken from targets before anything else.
  package var targets: TargetForm
  /// Whether targets stay as they are, whatever the kind.
  package var keepsScale = false
  /// Whether CLS has a target; none is a code.
  package var hasCLS = true

  /// LightlyTrain's.
  package static let temperature: Float = 0.07
  /// torch.nn.LayerNorm's.
  private static let layerNormEpsilon: Float = 1e-5

  package init(
    tokens: LossTokens = .clsMasked, kind: LossKind = .cosine, beta: Float = 1, normalizesTargets: Bool = false,
    targets: TargetForm = .raw, temperature: Float = Objective.temperature
  ) {
    self.tokens = tokens
    self.kind = kind
    self.beta = beta
    self.normalizesTargets = normalizesTargets
    self.targets = targets
    self.temperature = temperature
  }

  /// The same objective as it compares the targets of a guidance: codes by cross-entropy, and features by the kind that
  /// they have by themselves where the kind is one for codes.
  package func following(_ guidance: any Guidance) -> Objective {
    var objective = self
    objective.keepsScale = guidance.keepsScale
    if guidance.codes != nil {
      objective.kind = .crossEntropy
      objective.targets = .raw
      objective.hasCLS = false
    } else if kind == .crossEntropy {
      objective.kind = guidance.keepsScale ? .mse : .cosine
    }
    return objective
  }

  /// 1 for tokens that count, 0 for others: `pictures * (1 + patches)` entries, CLS first in every picture.
  /// - Parameter mask: `pictures * patches` entries.
  package func weights(mask: [Bool], pictures: Int) -> [Float] {
    let patches = pictures == 0 ? 0 : mask.count / pictures
    var weights: [Float] = []
    weights.reserveCapacity(pictures * (1 + patches))
    for picture in 0..<pictures {
      weights.append(hasCLS && tokens.hasCLS ? 1 : 0)
      for masked in mask[picture * patches..<(picture + 1) * patches] {
        let counts =
          switch tokens {
          case .clsMasked, .masked: masked
          case .visible: !masked
          case .all: true
          }
        weights.append(counts ? 1 : 0)
      }
    }
    return weights
  }

  /// Whether a token's loss depends on its own prediction and target alone.
  package var isOfSingleTokens: Bool { kind != .relational }

  /// The tokens that count, as numbers among `pictures * (1 + patches)`, or nil where all do, where pictures differ in
  /// how many they have, or where the loss needs the others as well.
  /// - Parameter mask: `pictures * patches` entries.
  package func countedRows(mask: [Bool], pictures: Int) -> [Int32]? {
    guard isOfSingleTokens else { return nil }
    let weights = weights(mask: mask, pictures: pictures)
    let tokens = pictures == 0 ? 0 : weights.count / pictures
    let rows = weights.indices.filter { weights[$0] > 0 }.map { Int32($0) }
    guard pictures > 0, rows.count < weights.count, rows.count % pictures == 0 else { return nil }
    let each = rows.count / pictures
    for picture in 0..<pictures {
      let mine = rows[picture * each..<(picture + 1) * each]
      guard mine.allSatisfy({ Int($0) / tokens == picture }) else { return nil }
    }
    return rows
  }

  /// The loss where only the tokens that count were computed.
  /// - Parameters:
  ///   - predictions: [R, D], the head's output for ``countedRows(mask:pictures:)``.
  ///   - targets: [R, D] without history; [R, 1] where they are codes.
  package func loss(predictions: Tensor, targets: Tensor) -> Tensor {
    loss(predictions, targets, weights: nil)
  }

  /// The loss, a scalar with history: a mean over the tokens that count.
  /// - Parameters:
  ///   - predictions: [B, 1 + M, D], the head's output.
  ///   - targets: [B, 1 + M, D] without history; [B, 1 + M, 1] where they are codes.
  ///   - mask: B * M entries, true = masked.
  package func loss(predictions: Tensor, targets: Tensor, mask: [Bool]) -> Tensor {
    let width = predictions.shape[2]
    let rows = predictions.shape[0] * predictions.shape[1]
    let weights = weights(mask: mask, pictures: predictions.shape[0])
    if kind == .relational { return relational(predictions: predictions, targets: targets, weights: weights) }
    return loss(
      predictions.reshaped([rows, width]), targets.reshaped([rows, targets.shape[2]]), weights: weights)
  }

  private func loss(_ prediction: Tensor, _ target: Tensor, weights: [Float]?) -> Tensor {
    switch kind {
    case .cosine:
      return cosineLoss(prediction, goals(target), weights: weights)
    case .smoothL1:
      return smoothL1Loss(prediction, goals(target), weights: weights, beta: beta)
    case .mse:
      return meanSquaredLoss(prediction, goals(target), weights: weights)
    case .crossEntropy:
      return Self.codeLoss(prediction, target, weights: weights)
    case .relational:
      // All tokens of one picture.
      let count = prediction.shape[0]
      return relational(
        predictions: prediction.reshaped([1, count, prediction.shape[1]]),
        targets: target.reshaped([1, count, target.shape[1]]),
        weights: weights ?? [Float](repeating: 1, count: count))
    }
  }

  /// - Parameters:
  ///   - predictions: [B, T, D]
  ///   - targets: [B, T, E]
  ///   - weights: B * T entries
  private func relational(predictions: Tensor, targets: Tensor, weights: [Float]) -> Tensor {
    let rows = targets.reshaped([targets.shape[0] * targets.shape[1], targets.shape[2]])
    return RelationalLoss(temperature: temperature)(
      predictions: predictions, targets: goals(rows).reshaped(targets.shape), weights: weights)
  }

  /// What predictions are compared with: the targets [R, D], or each row of them brought to mean 0 and variance 1.
  func goals(_ rows: Tensor) -> Tensor {
    if keepsScale || ((kind == .cosine || kind == .relational) && !normalizesTargets) { return rows }
    let width = rows.shape[1]
    return layerNorm(
      rows, weight: .ones([width], device: rows.device), bias: .zeros([width], device: rows.device),
      epsilon: Self.layerNormEpsilon)
  }
}
