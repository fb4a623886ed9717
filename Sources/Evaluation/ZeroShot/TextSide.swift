import Tensors

/// What a model knows of texts: features of classes by their texts, and those of pictures that lie in the same space.
package struct TextSide {
  /// A feature of unit length a class, [classes, projection], from each class's texts.
  let classFeatures: ([[String]]) -> Tensor
  /// [B, C, H, W] in 0...1 -> [B, projection]; nil: the model's own CLS features through its projection.
  let pictureFeatures: ((Tensor) -> Tensor)?
  /// Whether it knows the words of a short list alone: those of drawn scenes' captions.
  let knowsSceneWordsAlone: Bool

  package init(
    knowsSceneWordsAlone: Bool, classFeatures: @escaping ([[String]]) -> Tensor,
    pictureFeatures: ((Tensor) -> Tensor)? = nil
  ) {
    self.knowsSceneWordsAlone = knowsSceneWordsAlone
    self.classFeatures = classFeatures
    self.pictureFeatures = pictureFeatures
  }
}
