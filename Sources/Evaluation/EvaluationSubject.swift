import Models
import Recipe
import Tensors

/// A frozen model and how its features are taken.
package struct EvaluationSubject {
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  package let feature: PooledFeature
  /// Whether features go through CLIP's projection; without effect on models that have none.
  package let project: Bool

  /// For a model that knows texts: a feature of unit length a class, [classes, projection], from each class's texts.
  let classFeatures: (([[String]]) -> Tensor)?
  /// For a model that tells classes itself, with the share of the shorter side that it is scored by.
  let classifier: (model: Classifier, cropShare: Float)?
  /// Whether a picture's features are the classifier's logits.
  var givesLogits = false

  package init(
    model: VisionTransformer, normalization: PixelNormalization, feature: PooledFeature = .cls, project: Bool = false,
    classFeatures: (([[String]]) -> Tensor)? = nil, classifier: (model: Classifier, cropShare: Float)? = nil
  ) {
    self.model = model
    self.normalization = normalization
    self.feature = feature
    self.project = project
    self.classFeatures = classFeatures
    self.classifier = classifier
  }

  /// - Parameter pixels: [B, 3, S, S] in 0...1.
  /// - Returns: [B, D].
  func features(_ pixels: Tensor) -> Tensor {
    if givesLogits, let classifier { return classifier.model.logits(pixels, normalization: normalization) }
    let tokens = model.features(pixels, normalization: normalization)
    let pooled = feature == .cls ? selectToken(tokens, 0) : meanTokens(tokens)
    return project ? model.projected(pooled) : pooled
  }

  /// How pictures are brought to the model's size.
  var cropShare: Float { givesLogits ? classifier?.cropShare ?? 1 : 1 }

  /// - Throws: ``EvaluationError`` where some features are not finite: there is no score then.
  func checkFinite(_ parts: [LabelledFeatures], for kind: String) throws {
    guard !parts.allSatisfy(\.isFinite) else { return }
    throw EvaluationError.notFinite(
      kind: kind, pictures: parts.reduce(0) { $0 + $1.brokenRows }, all: parts.reduce(0) { $0 + $1.count },
      weights: model.parameters().filter { NonFiniteValues($0.tensor) != nil }.map(\.name))
  }

  /// Multiply-adds of one picture, each counted twice; attention's products left out.
  var flopPerPicture: Double {
    let configuration = model.configuration
    let block = Double(configuration.width) * Double(4 * configuration.width + 2 * configuration.hidden)
    return 2 * block * Double(configuration.depth) * Double(configuration.tokens)
  }
}
