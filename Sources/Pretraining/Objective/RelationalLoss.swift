import Foundation
import Tensors

/// How alike the tokens of a picture are to each other, student against teacher: the divergence between two softmaxes
/// of cosines, row by row.
///
/// For a token i of a picture, p_i = softmax over its tokens j of cos(F_i, F_j) / temperature, and g_i the same of the
/// targets; the loss is the mean of KL(g_i || p_i) over the tokens that count. Nothing but likeness is asked of the
/// student, so predictions may be turned in any direction: their cosine with the targets says nothing then. The local
/// term of LightlyTrain's third distillation method is of this kind (lightly-ai/lightly-train, documentation).
struct RelationalLoss {
  let temperature: Float

  /// - Parameters:
  ///   - predictions: [B, T, D]
  ///   - targets: [B, T, E], no gradient; E may be another width than D.
  ///   - weights: B * T entries; tokens of weight 0 are compared with, but do not count.
  /// - Returns: a scalar with history, 0 if likeness is the same everywhere.
  func callAsFunction(predictions: Tensor, targets: Tensor, weights: [Float]) -> Tensor {
    let counted = counted(weights, pictures: predictions.shape[0])
    let student = likeness(predictions, of: counted)
    let teacher = likeness(targets.detached(), of: counted)
    let goals = softmaxRows(teacher, temperature: temperature)
    let cross = softCrossEntropy(student, targets: goals, temperature: temperature)
    let entropy = softCrossEntropy(teacher, targets: goals, temperature: temperature).scalar
    return add(cross, Tensor([-entropy], shape: cross.shape, device: cross.device))
  }

  /// The divergence of every token by itself, in order; no gradient.
  func perToken(predictions: Tensor, targets: Tensor) -> [Float] {
    let pictures = predictions.shape[0]
    let tokens = predictions.shape[1]
    let all = counted([Float](repeating: 1, count: pictures * tokens), pictures: pictures)
    return withoutHistory {
      let student = softmaxRows(likeness(predictions.detached(), of: all), temperature: temperature).array()
      let teacher = softmaxRows(likeness(targets.detached(), of: all), temperature: temperature).array()
      return (0..<pictures * tokens).map { row in
        (row * tokens..<(row + 1) * tokens).reduce(Float(0)) { sum, place in
          teacher[place] > 0 ? sum + teacher[place] * log(teacher[place] / max(student[place], 1e-30)) : sum
        }
      }
    }
  }

  /// By picture the tokens that count, as numbers among all tokens.
  private func counted(_ weights: [Float], pictures: Int) -> [[Int32]] {
    let tokens = weights.count / max(pictures, 1)
    return (0..<pictures).map { picture in
      (picture * tokens..<(picture + 1) * tokens).filter { weights[$0] > 0 }.map { Int32($0) }
    }
  }

  /// Cosines of the tokens that count, one a row, with all tokens of their picture: [counted, T].
  private func likeness(_ features: Tensor, of counted: [[Int32]]) -> Tensor {
    let tokens = features.shape[1]
    let rows = l2Normalize(features.reshaped([features.shape[0] * tokens, features.shape[2]]))
    return concatenateRows(
      counted.enumerated().map { picture, mine in
        let keys = (picture * tokens..<(picture + 1) * tokens).map { Int32($0) }
        return matmulTransposed(gatherRows(rows, mine), gatherRows(rows, keys))
      })
  }
}
