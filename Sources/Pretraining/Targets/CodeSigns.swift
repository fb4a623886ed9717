import Tasks
import Tensors

/// Codes of a picture's patches as signs: the commonest of its targets by letters, and of each masked patch whether it
/// was told right.
struct CodeSigns {
  private static let letters = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + $0)) }
  private static let verdicts = ["seen", "right", "wrong", "another code"]

  /// - Parameters:
  ///   - targets: [1, 1 + M, 1]
  ///   - predictions: [1, 1 + M, codes]
  ///   - mask: M entries.
  static func preview(_ targets: Tensor, _ predictions: Tensor, mask: [Bool]) -> SignPreview {
    let codes = Array(Objective.codes(of: targets).dropFirst())
    let told = Array(rowArgmax(predictions).dropFirst())
    let counts = codes.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
    let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(letters.count).map(\.key)
    let letter = Dictionary(uniqueKeysWithValues: common.enumerated().map { ($1, UInt8(verdicts.count + $0)) })
    let shown = letters.prefix(common.count)
    return SignPreview(
      what: "codes", names: verdicts + common.map { "code \($0)" }, signs: ["·", "✓", "✗", "*"] + shown,
      plainSigns: [".", "+", "x", "*"] + shown, target: codes.map { letter[$0] ?? 3 },
      prediction: mask.indices.map { mask[$0] ? (told[$0] == codes[$0] ? 1 : 2) : 0 })
  }
}

extension Guidance {
  /// The patches of one picture as signs, its targets and what is told of them; nil where they are not shown so.
  func signPreview(_ targets: Tensor, _ predictions: Tensor, mask: [Bool]) -> SignPreview? {
    codes == nil ? signs?.preview(targets, predictions) : CodeSigns.preview(targets, predictions, mask: mask)
  }
}
