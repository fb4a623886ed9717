/// A system of masked image modelling: a name for values that belong together.
package enum MethodKind: String, Choice {
  /// The features of a frozen teacher: MVP.
  case mvp
  /// The mean colour of a patch: the least that can be predicted, and the example of a method.
  case meanColour = "mean-colour"
  /// Histograms of oriented gradients.
  case maskfeat

  /// What a session of this method has where it says nothing else.
  package var recipe: MethodRecipe {
    switch self {
    case .mvp: MethodRecipe(target: nil, loss: .cosine, tokens: .clsMasked)
    case .meanColour: MethodRecipe(target: .meanColour, loss: .mse, tokens: .masked)
    case .maskfeat: MethodRecipe(target: .hog, loss: .mse, tokens: .masked, parts: .maskFeat)
    }
  }
}

/// The parts that a method consists of.
package struct MethodRecipe: Equatable, Sendable {
  /// What is predicted; nil: the features of the session's teachers.
  package let target: TargetKind?
  package let loss: LossKind
  package let tokens: LossTokens
  /// How student and mask differ from the session's usual ones; nil: they do not.
  package var parts: RecipeParts?
}
