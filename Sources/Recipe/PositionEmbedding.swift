/// Where a vision transformer takes absolute positions from.
package enum PositionEmbedding: String, RenamedChoice {
  case learned
  /// Fixed 2-D sines and cosines of column and row, as MAE has them; not trained, not stored.
  case sinCos = "sincos"
  /// The same with the row before the column, as CAE has them.
  case sinCosRows = "sincos_rows"
  /// None: BEiT's relative position bias takes their place.
  case none

  /// Whether they are sines and cosines that nothing trains.
  package var isFixed: Bool { self == .sinCos || self == .sinCosRows }

  package static let earlierWords: [String: PositionEmbedding] = ["sinCos": .sinCos]
}
