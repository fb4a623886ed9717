import Tensors

extension Objective {
  /// The loss of every token by itself, whichever tokens count in training; no gradient.
  /// - Parameters:
  ///   - predictions, targets: [..., D]; [B, T, D] where tokens are compared with each other. Codes are [..., 1].
  /// - Returns: one value a token, in order; nan where it has no code.
  package func perToken(predictions: Tensor, targets: Tensor) -> [Float] {
    let width = predictions.shape[predictions.shape.count - 1]
    let rows = predictions.count / max(width, 1)
    if kind == .crossEntropy { return Self.codeLosses(predictions, targets) }
    if kind == .relational {
      let own = targets.shape[targets.shape.count - 1]
      let goals = goals(targets.detached().reshaped([targets.count / max(own, 1), own]))
      return RelationalLoss(temperature: temperature).perToken(
        predictions: predictions, targets: goals.reshaped(targets.shape))
    }
    let goals = goals(targets.detached().reshaped([rows, width]))
    if kind == .cosine { return rowCosines(predictions.detached().reshaped([rows, width]), goals).map { -$0 } }
    let aims = goals.array()
    let values = predictions.array()
    return (0..<rows).map { row in
      var sum: Float = 0
      for place in (row * width)..<((row + 1) * width) {
        let distance = abs(values[place] - aims[place])
        switch kind {
        case .smoothL1 where distance < beta: sum += 0.5 * distance * distance / beta
        case .smoothL1: sum += distance - 0.5 * beta
        default: sum += distance * distance
        }
      }
      return sum / Float(width)
    }
  }
}
