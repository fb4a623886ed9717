import Recipe

extension MethodKind {
  /// How this method's student comes to its predictions.
  package var method: any PretrainingMethod {
    switch self {
    case .mvp, .meanColour: DensePrediction()
    case .maskfeat: MaskFeatPrediction()
    }
  }
}
