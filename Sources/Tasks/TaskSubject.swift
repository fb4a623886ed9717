import Models
import Recipe
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
  /// For a model that tells the classes of pixels; nil: it does not.
  package let segmenter: SegmenterSubject?

  package init(
    model: VisionTransformer, normalization: PixelNormalization, classFeatures: (([[String]]) -> Tensor)? = nil,
    classifier: ClassifierSubject? = nil, segmenter: SegmenterSubject? = nil,
    predictions: @escaping () throws -> [TargetPrediction] = { [] }
  ) {
    self.model = model
    self.normalization = normalization
    self.classFeatures = classFeatures
    self.predictions = predictions
    self.classifier = classifier
    self.segmenter = segmenter
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

/// A frozen segmentation model, and how pictures of any size are shown to it.
package struct SegmenterSubject {
  package let model: SegmentationModel
  /// Of pixels, in the order of their numbers.
  package let classNames: [String]
  package let inference: SegmentationInference
  /// Pixels from a window to the next one.
  package let stride: PlaneSize

  /// - Parameter stride: nil: two thirds of a window, as 341 of 512.
  package init(model: SegmentationModel, classNames: [String], inference: SegmentationInference, stride: Int?) {
    self.model = model
    self.classNames = classNames
    self.inference = inference
    self.stride = stride.map { PlaneSize(square: $0) } ?? model.backbone.configuration.imageSize * 2 / 3
  }
}
