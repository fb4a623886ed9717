import CImageCodecs
import Tensors

/// Strengths of random colour changes: a factor is drawn from `1 - strength ... 1 + strength` (never below 0).
package struct ColorJitter: Sendable, Codable, Equatable {
  package var brightness: Float
  package var contrast: Float
  package var saturation: Float

  package init(brightness: Float = 0, contrast: Float = 0, saturation: Float = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
  }

  package static let none = ColorJitter()
  /// BEiT's (`microsoft/unilm`, `beit/datasets.py`), without hue.
  package static let beit = ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4)

  /// Applies the three changes in a random order to planes [channels, `plane`] of values in 0...1. Where there are not
  /// three channels, saturation, which is drawn as ever, changes nothing.
  func apply(to planes: UnsafeMutableBufferPointer<Float>, plane: Int, using generator: inout Philox) {
    if self == .none { return }
    var order = [0, 1, 2]
    generator.shuffle(&order)
    for change in order {
      let strength = [brightness, contrast, saturation][change]
      guard strength > 0 else { continue }
      let factor = generator.uniform(max(1 - strength, 0), 1 + strength)
      switch change {
      case 0: adjustBrightness(planes, by: factor)
      case 1: adjustContrast(planes, plane: plane, by: factor)
      default: adjustSaturation(planes, plane: plane, by: factor)
      }
    }
  }
}

/// Multiplies every value; results are clipped to 0...1, here and below as in torchvision's `adjust_*` on tensors.
package func adjustBrightness(_ planes: UnsafeMutableBufferPointer<Float>, by factor: Float) {
  image_codecs_scale_and_shift(planes.baseAddress, planes.count, factor, 0)
}

/// Moves every value away from (or towards) the mean luminance; where there are not three channels, from the mean of
/// all values.
package func adjustContrast(_ planes: UnsafeMutableBufferPointer<Float>, plane: Int, by factor: Float) {
  let mean =
    planes.count == 3 * plane
    ? image_codecs_mean_luminance(planes.baseAddress, plane) : image_codecs_mean(planes.baseAddress, planes.count)
  let shift = (1 - factor) * Float(mean)
  image_codecs_scale_and_shift(planes.baseAddress, planes.count, factor, shift)
}

/// Moves every pixel away from (or towards) its own luminance; factor 0 makes the picture grey. Where there are not
/// three channels there are no colours, and nothing changes.
package func adjustSaturation(_ planes: UnsafeMutableBufferPointer<Float>, plane: Int, by factor: Float) {
  guard planes.count == 3 * plane else { return }
  image_codecs_saturate(planes.baseAddress, plane, factor)
}
