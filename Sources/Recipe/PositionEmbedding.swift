/// Where a vision transformer takes absolute positions from.
package enum PositionEmbedding: String, RenamedChoice {
  case learned
  /// Fixed 2-D sines and cosines of row and column, as MAE has them; not trained, not stored.
  case sinCos = "sincos"
  /// None: BEiT's relative position bias takes their place.
  case none

  package static let earlierWords: [String: PositionEmbedding] = ["sinCos": .sinCos]
}
