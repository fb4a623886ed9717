import Measures
import Tensors

/// A number that every micro-batch measures. A step's is the mean over the micro-batches that have it.
struct BatchMeasure: Sendable {
  let metric: Metric
  /// nil where the batch has no such number.
  let value: @Sendable (MeasuredBatch) -> Double?

  /// All of them, in the order of the dashboard.
  static let all: [BatchMeasure] = [.cosineCLS, .cosineMasked, .cosineVisible]
}

/// What a micro-batch is measured by.
struct MeasuredBatch {
  /// [B, 1 + M, D], or [R, D] for some rows alone.
  let predictions: Tensor
  let targets: Tensor
  /// B * M entries.
  let mask: [Bool]
  /// Which of the B * (1 + M) tokens the rows are; nil: all of them.
  let rows: [Int32]?
  /// B.
  let pictures: Int
  let cosines: TokenCosines

  init(predictions: Tensor, targets: Tensor, mask: [Bool], rows: [Int32]?, pictures: Int) {
    self.predictions = predictions
    self.targets = targets
    self.mask = mask
    self.rows = rows
    self.pictures = pictures
    cosines = TokenCosines(
      predictions: predictions, targets: targets, mask: mask, computed: rows.map { ($0, pictures) })
  }
}
