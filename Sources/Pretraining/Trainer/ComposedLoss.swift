import Measures
import Tensors

/// The loss of a micro-batch and what it is made of.
struct ComposedLoss {
  /// A scalar with history.
  let whole: Tensor
  /// Of each head's first predictions, with history.
  let byHead: [Tensor]
  /// What the method measures beside them.
  let parts: [(metric: Metric, value: Double)]
}

extension Trainer {
  /// Compares what a method made of a micro-batch with the targets, and adds the method's own losses.
  /// - Parameter targets: by head, without history.
  func composedLoss(
    _ made: MethodPredictions, targets: [Tensor], mask: [Bool], rows: [Int32]?, _ heads: [GuidanceHead]
  ) -> ComposedLoss {
    let shares = shares(of: heads)
    func losses(_ predictions: [Tensor]) -> [Tensor] {
      heads.indices.map { loss(predictions[$0], targets[$0], mask: mask, rows: rows, heads[$0]) }
    }
    let byHead = losses(made.byHead)
    var whole = mixed(byHead, shares)
    var parts: [(metric: Metric, value: Double)] = []
    for further in made.further {
      let loss = mixed(losses(further.byHead), shares)
      parts.append((further.metric, Double(loss.scalar)))
      whole = add(whole, loss)
    }
    for own in made.own {
      parts.append((own.metric, Double(own.value.scalar)))
      whole = add(whole, scaled(own.value, by: own.weight))
    }
    return ComposedLoss(whole: whole, byHead: byHead, parts: parts)
  }

  /// The loss of a mixture, with history: the losses of its parts, weighed.
  private func mixed(_ losses: [Tensor], _ shares: [Float]) -> Tensor {
    guard losses.count > 1 else { return losses[0] }
    let parts = zip(losses, shares).map { scaled($0, by: $1) }
    return parts.dropFirst().reduce(parts[0]) { add($0, $1) }
  }

  /// The loss of a head's predictions, with history.
  private func loss(
    _ predictions: Tensor, _ targets: Tensor, mask: [Bool], rows: [Int32]?, _ head: GuidanceHead
  ) -> Tensor {
    let objective = settings.objective.following(head.guidance)
    return rows == nil
      ? objective.loss(predictions: predictions, targets: targets, mask: mask)
      : objective.loss(predictions: predictions, targets: targets)
  }
}
