import Models
import Recipe
import Tasks
import Tensors

/// What a student is guided by: something that turns whole pictures into a target for the CLS token and for every
/// patch, a frozen teacher or what is computed from the picture alone.
///
/// The poster's equation: G = {G_CLS, G_1 .. G_M} = g({t_CLS, t_1 .. t_M}). The teacher sees the full picture; only the
/// student's is masked.
package protocol Guidance: AnyObject {
  /// Key in the session (`clip`, `dino`); a run has one head and one set of optimiser moments for every name.
  var name: String { get }
  /// Width of a target feature, which is that of its predictions; where targets are codes, how many there are.
  var featureWidth: Int { get }
  /// How many codes there are, where the target of a patch is one of them; nil: targets are features.
  var codes: Int? { get }
  /// What each code stands for, [codes, any width], to look at; nil where that is not known.
  var codebook: Tensor? { get }
  /// Patches of a target along each side of the grid, rows then columns.
  var grid: (rows: Int, columns: Int) { get }

  /// - Parameter pixels: [B, C, H, W] in 0...1, not normalised: every guidance normalises as it was trained.
  /// - Returns: [B, 1 + rows * columns, featureWidth] without history, CLS first; [B, 1 + rows * columns, 1] where
  ///   targets are codes: the number of each patch's, and ``Objective/noCode`` for CLS, which has none.
  func targets(pixels: Tensor) throws -> Tensor

  /// The targets of some tokens alone.
  /// - Parameter rows: numbers among the B * (1 + rows * columns) tokens, as many of each picture.
  /// - Returns: [rows, featureWidth] without history; [rows, 1] where targets are codes.
  func targets(pixels: Tensor, rows: [Int32]) throws -> Tensor

  /// The same, with what each stage on the way makes given to `observe`.
  func targets(
    pixels: Tensor, rows: [Int32]?, observe: @escaping (_ stage: String, _ values: Tensor) -> Void
  ) throws -> Tensor

  /// The frozen network that the targets come from; nil where there is none.
  var network: LoadedVision? { get }
  /// Parameters of what the targets come from.
  var frozenParameterCount: Int { get }
  /// The same with what else its features depend on.
  var frozenTeacher: FrozenTeacher? { get }
  /// The frozen tokenizer that codes come from; nil where targets are features.
  var frozenTokenizer: FrozenTokenizer? { get }
  /// Softmax probabilities of a token's attention in a block of ``network``, both counted from 0 on: [B, H, N]
  /// row-major, CLS first; empty where there is none.
  /// - Parameter pixels: [B, C, H, W] in 0...1, not normalised.
  func attention(pixels: Tensor, block: Int, query: Int) -> [Float]
  /// What gives the targets, in one line.
  var summary: String { get }
  /// Whether the objective compares targets as they are, without a LayerNorm of each.
  var keepsScale: Bool { get }
  /// How targets are shown as signs; nil: they are not.
  var signs: TargetSigns? { get }

  /// Predictions as a picture, those of masked patches beside the visible ones; nil where they stand for no pixels.
  /// - Parameters:
  ///   - predictions: of the patches of one picture, [M, featureWidth].
  ///   - planes: of the picture, [C, height, width] in 0...1.
  ///   - mask: M flags, true = masked.
  func shown(_ predictions: [Float], over planes: [Float], size: PlaneSize, mask: [Bool]) -> ShownPicture?

  /// The copy of the student that the targets come from, which learns on; nil where they come from elsewhere.
  var follower: FollowingStudent? { get }
  /// The same guidance as it is now, whatever is learned on.
  func frozen() -> any Guidance

  /// The same guidance without a cache in front of it.
  var uncached: any Guidance { get }
  /// What a person should know and has not been told yet, a sentence each.
  func takeNotices() -> [String]
}

extension Guidance {
  package var follower: FollowingStudent? { nil }
  package func frozen() -> any Guidance { uncached }
  package var codes: Int? { nil }
  package var codebook: Tensor? { nil }
  /// Values that the target of a token has.
  package var targetWidth: Int { codes == nil ? featureWidth : 1 }
  package var uncached: any Guidance { self }
  package func takeNotices() -> [String] { [] }
  package func targets(pixels: Tensor, rows: [Int32]) throws -> Tensor { gatherRows(try targets(pixels: pixels), rows) }

  package func targets(
    pixels: Tensor, rows: [Int32]?, observe: @escaping (_ stage: String, _ values: Tensor) -> Void
  ) throws -> Tensor {
    try rows.map { try targets(pixels: pixels, rows: $0) } ?? targets(pixels: pixels)
  }

  package var network: LoadedVision? { nil }
  package var frozenTeacher: FrozenTeacher? { nil }
  package var frozenTokenizer: FrozenTokenizer? { nil }
  package func attention(pixels: Tensor, block: Int, query: Int) -> [Float] { [] }
  package var summary: String { network?.report ?? name }
  package var keepsScale: Bool { false }
  package func shown(_ predictions: [Float], over planes: [Float], size: PlaneSize, mask: [Bool]) -> ShownPicture? {
    nil
  }
  package var signs: TargetSigns? { nil }

  package var frozenParameterCount: Int { network?.model.parameterCount ?? 0 }
}
