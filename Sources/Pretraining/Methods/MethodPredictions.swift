import Measures
import Tensors

/// What a method gives to learn from.
package struct MethodPredictions {
  /// For each head, predictions with history of every token, [B, 1 + M, target width], or of the pass's rows alone.
  package var byHead: [Tensor]
  /// Other predictions of the same targets.
  package var further: [FurtherPredictions]
  /// Losses that no target has a part in.
  package var own: [MethodLoss]

  package init(_ byHead: [Tensor], further: [FurtherPredictions] = [], own: [MethodLoss] = []) {
    self.byHead = byHead
    self.further = further
    self.own = own
  }
}

/// Predictions of the same targets by another way than the first ones, shaped like them: the objective compares them
/// alike, and their loss is added.
package struct FurtherPredictions {
  /// What their loss is measured as.
  package let metric: Metric
  package let byHead: [Tensor]

  package init(metric: Metric, byHead: [Tensor]) {
    self.metric = metric
    self.byHead = byHead
  }
}

/// A loss of the method's own.
package struct MethodLoss {
  /// What it is measured as, before its weight.
  package let metric: Metric
  /// Factor on it in the loss of a step.
  package let weight: Float
  /// A scalar with history.
  package let value: Tensor

  package init(metric: Metric, weight: Float = 1, value: Tensor) {
    self.metric = metric
    self.weight = weight
    self.value = value
  }
}
