import Recipe

/// How a picture becomes the rectangle, mostly a square, that a model sees.
package struct Augmentation: Sendable, Equatable {
  package enum Framing: Sendable, Equatable {
    /// Area (fraction of the picture's) and shape (width / height) of a random box, resized to the rectangle. The box's
    /// shape is as given, whatever the rectangle's own: torchvision's `RandomResizedCrop` with a pair of sizes.
    case randomCrop(scale: ClosedRange<Float>, ratio: ClosedRange<Float>)
    /// Resized, middle cropped: the same every time. The rectangle has this share of each side that the picture is
    /// resized to cover.
    case centerCrop(share: Float)
  }

  /// Of the rectangle, in pixels.
  package var size: PlaneSize
  package var framing: Framing
  /// Probability of mirroring left to right.
  package var flip: Float
  package var jitter: ColorJitter
  /// Probability of `jitter`.
  package var jitterProbability: Float
  /// Drawn for each picture, once it is mirrored; nil: none.
  package var operations: RandAugment?

  package init(
    size: PlaneSize, framing: Framing, flip: Float = 0, jitter: ColorJitter = .none, jitterProbability: Float = 1
  ) {
    self.size = size
    self.framing = framing
    self.flip = flip
    self.jitter = jitter
    self.jitterProbability = jitterProbability
  }

  /// BEiT's pre-training crops: area .08 to 1, shape 3/4 to 4/3, mirrored half of the time, jitter .4.
  package static func pretraining(
    size: PlaneSize, scale: ClosedRange<Float> = 0.08...1, jitter: ColorJitter = .beit
  ) -> Augmentation {
    Augmentation(size: size, framing: .randomCrop(scale: scale, ratio: 0.75...(4.0 / 3)), flip: 0.5, jitter: jitter)
  }

  /// Nothing random: resized to cover the rectangle, middle cropped.
  /// - Parameter share: of the resized sides that the crop keeps; .875 for 256 to 224 pixels.
  package static func evaluation(size: PlaneSize, share: Float = 1) -> Augmentation {
    Augmentation(size: size, framing: .centerCrop(share: share))
  }
}
