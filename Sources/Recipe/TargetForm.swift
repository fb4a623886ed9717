/// What is taken from targets before predictions are compared with them.
package enum TargetForm: String, Choice {
  /// Nothing.
  case raw
  /// Their running mean at each position: what is left is what tells pictures apart.
  case centred
  /// That, divided by the running deviation of each feature, apart for CLS and patches.
  case standardised
}
