import Tasks
import Tensors

/// What stands out in the target of a patch, as one of a few signs, so that targets and predictions can be looked at.
package struct TargetSigns: Sendable {
  /// What the signs tell, in a word or two.
  package let what: String
  /// What each sign means.
  package let names: [String]
  /// One character each, and the same where only ASCII can be shown.
  package let signs: [String]
  package let plainSigns: [String]
  /// Which of them stands for the values of a patch.
  package let number: @Sendable (ArraySlice<Float>) -> Int

  package init(
    what: String, names: [String], signs: [String], plainSigns: [String],
    number: @escaping @Sendable (ArraySlice<Float>) -> Int
  ) {
    self.what = what
    self.names = names
    self.signs = signs
    self.plainSigns = plainSigns
    self.number = number
  }

  /// The patches of one picture.
  /// - Parameters:
  ///   - targets: [1, 1 + M, width]
  ///   - predictions: [1, 1 + M, width]
  func preview(_ targets: Tensor, _ predictions: Tensor) -> SignPreview {
    SignPreview(
      what: what, names: names, signs: signs, plainSigns: plainSigns, target: numbers(targets),
      prediction: numbers(predictions))
  }

  private func numbers(_ tokens: Tensor) -> [UInt8] {
    let (values, width) = (tokens.array(), tokens.shape[2])
    return (1..<tokens.shape[1]).map { UInt8(clamping: number(values[$0 * width..<($0 + 1) * width])) }
  }
}
