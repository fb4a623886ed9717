import Tensors

/// Some operations drawn at random, of fifteen that change colours or shape (Cubuk et al. 2019), with the strengths of
/// timm's `rand-m9-mstd0.5-inc1` (`timm/data/auto_augment.py`), which BEiT and MAE fine-tune with.
package struct RandAugment: Sendable, Equatable {
  /// How strong operations are, 0...10, and by how much that varies (normal, cut to 0...10).
  package var magnitude: Float
  package var deviation: Float = 0.5
  /// Operations of a picture, drawn with replacement, and the share of them that are applied.
  package var count = 2
  package var probability: Float = 0.5
  /// Colour of what comes from outside the picture.
  package var fill: [UInt8]

  /// - Parameter mean: of the model's pixels by channel, 0...1: the colour that fills.
  package init(magnitude: Float, mean: [Float]) {
    self.magnitude = magnitude
    fill = mean.map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
  }

  /// The fifteen, in timm's order.
  package static let kinds = [
    "auto_contrast", "equalize", "invert", "rotate", "posterize", "solarize", "solarize_add", "color", "contrast",
    "brightness", "sharpness", "shear_x", "shear_y", "translate_x", "translate_y",
  ]

  /// The operations of a picture.
  package func draw(using generator: inout Philox) -> [PictureOperation] {
    (0..<count).compactMap { _ in
      let kind = generator.below(Self.kinds.count)
      guard generator.uniform() < probability else { return nil }
      let strength = min(max(magnitude + deviation * generator.normal(), 0), 10)
      return Self.operation(kind, strength: strength, isNegative: generator.uniform() < 0.5)
    }
  }

  /// An operation of a strength of 0...10.
  /// - Parameters:
  ///   - kind: place in ``kinds``.
  ///   - isNegative: turns, shifts and factors the other way.
  package static func operation(_ kind: Int, strength: Float, isNegative: Bool) -> PictureOperation {
    let part = Double(strength) / 10
    let signed = isNegative ? -part : part
    let factor = Float(max(0.1, 1 + 0.9 * signed))
    switch kind {
    case 0: return .autoContrast
    case 1: return .equalize
    case 2: return .invert
    case 3: return .rotate(30 * signed)
    case 4: return .posterize(bits: 4 - Int(4 * part))
    case 5: return .solarize(threshold: 256 - min(256, Int(256 * part)))
    case 6: return .solarizeAdd(min(128, Int(110 * part)))
    case 7: return .color(factor)
    case 8: return .contrast(factor)
    case 9: return .brightness(factor)
    case 10: return .sharpness(factor)
    case 11: return .shearX(0.3 * signed)
    case 12: return .shearY(0.3 * signed)
    case 13: return .translateX(0.45 * signed)
    default: return .translateY(0.45 * signed)
    }
  }

  package func applied(to picture: Picture, using generator: inout Philox) -> Picture {
    draw(using: &generator).reduce(picture) { $1.applied(to: $0, fill: fill) }
  }
}
