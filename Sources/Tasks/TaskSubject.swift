import Models
import Tensors

/// A frozen copy of what a task trains, and how its pixels are normalised.
package struct TaskSubject {
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  /// For a model that knows texts: one feature of unit length a class, [classes, projection], from the texts of each
  /// class, in the order of the labels. nil: it knows none.
  package let classFeatures: (([[String]]) -> Tensor)?
  /// What a student predicts of its targets, asked for when it is needed; none where the model is no student.
  package let predictions: () throws -> [TargetPrediction]
  /// For a model that tells classes itself; nil: it does not.
  package let classifier: ClassifierSubject?

  package init(
    model: VisionTransformer, normalization: PixelNormalization, classFeatures: (([[String]]) -> Tensor)? = nil,
    classifier: ClassifierSubject? = nil, predictions: @escaping () throws -> [TargetPrediction] = { [] }
  ) {
    self.model = model
    self.normalization = normalization
    self.classFeatures = classFeatures
    self.predictions = predictions
    self.classifier = classifier
  }
}

/// A frozen classifier, and how pictures are brought to its size.
package struct ClassifierSubject {
  package let model: Classifier
  /// Share of the resized shorter side that the centre crop keeps.
  package let cropShare: Float

  package init(model: Classifier, cropShare: Float) {
    self.model = model
    self.cropShare = cropShare
  }
}
