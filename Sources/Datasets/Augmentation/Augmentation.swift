/// How a picture becomes the square a model sees.
package struct Augmentation: Sendable, Equatable {
  package enum Framing: Sendable, Equatable {
    /// Area (fraction of the picture's) and shape (width / height) of a random box, resized to the square.
    case randomCrop(scale: ClosedRange<Float>, ratio: ClosedRange<Float>)
    /// Shorter side resized, middle cropped: the same every time. The square's side is this share of the resized
    /// shorter one.
    case centerCrop(share: Float)
  }

  /// Side of the square in pixels.
  package var size: Int
  package var framing: Framing
  /// Probability of mirroring left to right.
  package var flip: Float
  package var jitter: ColorJitter
  /// Probability of `jitter`.
  package var jitterProbability: Float
  /// Drawn for each picture, once it is mirrored; nil: none.
  package var operations: RandAugment?

  package init(
    size: Int, framing: Framing, flip: Float = 0, jitter: ColorJitter = .none, jitterProbability: Float = 1
  ) {
    self.size = size
    self.framing = framing
    self.flip = flip
    self.jitter = jitter
    self.jitterProbability = jitterProbability
  }

  /// BEiT's pre-training crops: area .08 to 1, shape 3/4 to 4/3, mirrored half of the time, jitter .4.
  package static func pretraining(
    size: Int, scale: ClosedRange<Float> = 0.08...1, jitter: ColorJitter = .beit
  ) -> Augmentation {
    Augmentation(size: size, framing: .randomCrop(scale: scale, ratio: 0.75...(4.0 / 3)), flip: 0.5, jitter: jitter)
  }

  /// Nothing random: shorter side resized, middle cropped.
  /// - Parameter share: of the resized shorter side that the crop keeps; .875 for 256 to 224 pixels.
  package static func evaluation(size: Int, share: Float = 1) -> Augmentation {
    Augmentation(size: size, framing: .centerCrop(share: share))
  }
}
