import Measures
import Tensors

/// A number that every micro-batch measures. A step's is the mean over the micro-batches that have it.
struct BatchMeasure: Sendable {
  let metric: Metric
  /// nil where the batch has no such number.
  let value: @Sendable (MeasuredBatch) -> Double?
  /// Whether a mixture of guidances has it for each of them, too.
  var isTold = false

  /// All of them, in the order of the dashboard.
  static let all: [BatchMeasure] = [
    .cosineCLS, .cosineMasked, .cosineVisible, .skill, .constantLoss, .constantCLS, .constantMasked, .constantVisible,
  ]
  /// What there is beside where targets are codes.
  static let ofCodes: [BatchMeasure] = [.tokenAccuracy, .codebookUsage, .codePerplexity]
}

/// What a micro-batch is measured by.
struct MeasuredBatch {
  /// [B, 1 + M, D], or [R, D] for some rows alone.
  let predictions: Tensor
  /// As predictions; of codes [B, 1 + M, 1] or [R, 1].
  let targets: Tensor
  /// B * M entries.
  let mask: [Bool]
  /// Which of the B * (1 + M) tokens the rows are; nil: all of them.
  let rows: [Int32]?
  /// B.
  let pictures: Int
  /// nil where targets are codes.
  let cosines: TokenCosines?
  /// nil where they are not.
  let codes: CodeAgreement?
  /// What the mean target would have scored; nil while there is none.
  let constant: ConstantPrediction?
  /// By token, B * (1 + M): 1 where the loss counts it.
  let weights: [Float]
  let loss: Double
  /// Whether the loss asks for the targets themselves, so that cosines with them say something.
  let asksForTargets: Bool

  init(
    predictions: Tensor, targets: Tensor, mask: [Bool], rows: [Int32]?, pictures: Int, objective: Objective,
    constant: Tensor?, loss: Double
  ) {
    self.loss = loss
    asksForTargets = objective.isOfSingleTokens
    self.predictions = predictions
    self.targets = targets
    self.mask = mask
    self.rows = rows
    self.pictures = pictures
    let weights = objective.weights(mask: mask, pictures: pictures)
    self.weights = weights
    let computed = rows.map { (rows: $0, pictures: pictures) }
    guard objective.kind != .crossEntropy else {
      cosines = nil
      codes = CodeAgreement(predictions: predictions, targets: targets, mask: mask, rows: rows, pictures: pictures)
      self.constant = constant.flatMap { ConstantPrediction(logShares: $0, rows: rows, weights: weights) }
      return
    }
    codes = nil
    cosines = TokenCosines(predictions: predictions, targets: targets, mask: mask, computed: computed)
    self.constant = constant.map { constant in
      let loss = withoutHistory {
        rows == nil
          ? objective.loss(predictions: constant, targets: targets, mask: mask)
          : objective.loss(predictions: constant, targets: targets)
      }
      return ConstantPrediction(
        cosines: TokenCosines(predictions: constant, targets: targets, mask: mask, computed: computed),
        loss: Double(loss.scalar))
    }
  }
}
