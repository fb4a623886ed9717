/// What a run trains.
package enum TaskKind: String, Choice {
  /// A student learns by masked image modelling to predict a frozen teacher's features.
  case pretrain
}
