/// Which tokens' predictions the loss counts.
package enum LossTokens: String, Choice {
  /// CLS and masked patches: the set F of the poster.
  case clsMasked = "cls+masked"
  /// Masked patches only, as BEiT v2 describes MVP.
  case masked
  /// CLS and all patches, as CAE v2.
  case all
  /// Patches that the student saw.
  case visible

  /// Whether CLS is one of them.
  package var hasCLS: Bool { self == .clsMasked || self == .all }
}
