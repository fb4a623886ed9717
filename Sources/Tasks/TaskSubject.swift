import Models

/// A frozen copy of what a task trains, and how its pixels are normalised.
package struct TaskSubject {
  package let model: VisionTransformer
  package let normalization: PixelNormalization

  package init(model: VisionTransformer, normalization: PixelNormalization) {
    self.model = model
    self.normalization = normalization
  }
}
