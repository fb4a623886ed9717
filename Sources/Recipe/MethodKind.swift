/// A system of masked image modelling: a name for values that belong together.
package enum MethodKind: String, Choice {
  /// The features of a frozen teacher: MVP.
  case mvp
  /// The mean colour of a patch: the least that can be predicted, and the example of a method.
  case meanColour = "mean-colour"
  /// The pixels of masked patches, by a student that sees the others alone: MAE.
  case mae
  /// Histograms of oriented gradients.
  case maskfeat
  /// The codes that a tokenizer has for masked patches: BEiT.
  case beit
  /// Codes of masked patches, by latents that a regressor finds from those of visible ones: CAE.
  case cae
  /// The student's own features, by a slow average of its weights, as data2vec.
  case ownAverage = "self"
  /// Self-distillation over several crops of a picture, without masks: DINO.
  case dino

  /// Whether a student predicts targets of masked pictures; false: guidance, masks and loss tokens have no part in it.
  package var followsTargets: Bool { self != .dino }

  /// What a session of this method has where it says nothing else.
  package var recipe: MethodRecipe {
    switch self {
    case .mvp: MethodRecipe(target: .teachers, loss: .cosine, tokens: .clsMasked)
    case .meanColour: MethodRecipe(target: .computed(.meanColour), loss: .mse, tokens: .masked)
    case .mae:
      MethodRecipe(
        encoding: .sparse, mask: .mae, target: .computed(.pixels), head: .decoder, loss: .mse, tokens: .masked,
        student: .mae)
    case .maskfeat:
      MethodRecipe(
        mask: .maskFeat, target: .computed(.hog), head: .normed, loss: .mse, tokens: .masked, student: .maskFeat)
    case .beit: MethodRecipe(target: .codes("dvae"), loss: .crossEntropy, tokens: .masked)
    case .cae:
      MethodRecipe(
        encoding: .sparse, mask: .cae, target: .codes("dvae"), head: .regressor, loss: .crossEntropy, tokens: .masked,
        student: .cae)
    case .ownAverage: MethodRecipe(target: .average, loss: .smoothL1, tokens: .masked)
    case .dino: MethodRecipe(target: .average, loss: .cosine, tokens: .all, student: .plain)
    }
  }
}
