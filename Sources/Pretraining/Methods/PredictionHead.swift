import Models
import Tensors

/// The trained layers between a student's tokens and the predictions of one target.
package protocol PredictionHead {
  /// - Parameter tokens: [..., student width]
  /// - Returns: [..., target width]
  func callAsFunction(_ tokens: Tensor) -> Tensor
  /// - Parameter prefix: first part of every name, `head.TARGET`.
  func parameters(prefix: String) -> [NamedTensor]

  /// Whether a prediction depends on the tokens of other patches, too.
  var readsAllTokens: Bool { get }
  /// Whether it reads tokens after the student's final norm.
  var readsNormedTokens: Bool { get }
  /// Predictions of every token of a pass, or of its rows.
  /// - Parameters:
  ///   - tokens: all tokens that the student encoded, [B, 1 + V, D] or [B, 1 + M, D]; for a head that reads each token
  ///     by itself the pass's rows alone, where every patch has a token.
  ///   - visible: which patches have tokens; nil: all.
  func predictions(_ tokens: Tensor, visible: VisiblePatches?, _ pass: StudentPass) -> Tensor
}

/// A head that reads each token by itself.
extension PredictionHead {
  package var readsAllTokens: Bool { false }
  package var readsNormedTokens: Bool { true }

  package func predictions(_ tokens: Tensor, visible: VisiblePatches?, _ pass: StudentPass) -> Tensor {
    guard let visible else { return self(tokens) }
    // What the student did not see has no prediction: zeros, which no loss counts.
    let seen = visible.pictures * (1 + visible.each)
    let own = self(tokens.reshaped([seen, tokens.shape[2]]))
    let width = own.shape[1]
    let sources = visible.sources(unseen: Int32(seen))
    let all = concatenateRows([own, .zeros([1, width], device: own.device)])
    if let rows = pass.rows { return gatherRows(all, rows.map { sources[Int($0)] }) }
    return gatherRows(all, sources).reshaped([visible.pictures, 1 + visible.patches, width])
  }
}
