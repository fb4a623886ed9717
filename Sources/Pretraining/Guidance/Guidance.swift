import Tensors

/// What a student is guided by: something frozen that turns whole pictures into a target for the CLS token and for
/// every patch.
///
/// The poster's equation: G = {G_CLS, G_1 .. G_M} = g({t_CLS, t_1 .. t_M}). The teacher sees the full picture; only the
/// student's is masked.
package protocol Guidance: AnyObject {
  /// Key in the session (`clip`, `dino`); a run has one head and one set of optimiser moments for every name.
  var name: String { get }
  /// Width of a target feature.
  var featureWidth: Int { get }
  /// Patches of a target along each side of the grid, rows then columns.
  var grid: (rows: Int, columns: Int) { get }

  /// - Parameter pixels: [B, 3, S, S] in 0...1, not normalised: every guidance normalises as it was trained.
  /// - Returns: [B, 1 + rows * columns, featureWidth] without history, CLS first.
  func targets(pixels: Tensor) throws -> Tensor

  /// The targets of some tokens alone.
  /// - Parameter rows: numbers among the B * (1 + rows * columns) tokens, as many of each picture.
  /// - Returns: [rows, featureWidth] without history.
  func targets(pixels: Tensor, rows: [Int32]) throws -> Tensor

  /// The same guidance without a cache in front of it.
  var uncached: any Guidance { get }
  /// What a person should know and has not been told yet, a sentence each.
  func takeNotices() -> [String]
}

extension Guidance {
  package var uncached: any Guidance { self }
  package func takeNotices() -> [String] { [] }
  package func targets(pixels: Tensor, rows: [Int32]) throws -> Tensor { gatherRows(try targets(pixels: pixels), rows) }
}
