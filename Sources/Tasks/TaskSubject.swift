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

  package init(
    model: VisionTransformer, normalization: PixelNormalization, classFeatures: (([[String]]) -> Tensor)? = nil,
    predictions: @escaping () throws -> [TargetPrediction] = { [] }
  ) {
    self.model = model
    self.normalization = normalization
    self.classFeatures = classFeatures
    self.predictions = predictions
  }
}
