import Tensors

/// Strengths of random colour changes: a factor is drawn from `1 - strength ... 1 + strength` (never below 0).
public struct ColorJitter: Sendable, Codable, Equatable {
  public var brightness: Float
  public var contrast: Float
  public var saturation: Float

  public init(brightness: Float = 0, contrast: Float = 0, saturation: Float = 0) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
  }

  public static let none = ColorJitter()
  /// BEiT's (`microsoft/unilm`, `beit/datasets.py`), without hue.
  public static let beit = ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4)

  /// Applies the three changes in a random order to planes [3, `plane`] of values in 0...1.
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
  for i in planes.indices { planes[i] = min(max(planes[i] * factor, 0), 1) }
}

/// Moves every value away from (or towards) the mean luminance.
package func adjustContrast(_ planes: UnsafeMutableBufferPointer<Float>, plane: Int, by factor: Float) {
  var sum: Double = 0
  for i in 0..<plane { sum += Double(luminance(planes, i, plane)) }
  let shift = (1 - factor) * Float(sum / Double(max(plane, 1)))
  for i in planes.indices { planes[i] = min(max(planes[i] * factor + shift, 0), 1) }
}

/// Moves every pixel away from (or towards) its own luminance; factor 0 makes the picture grey.
package func adjustSaturation(_ planes: UnsafeMutableBufferPointer<Float>, plane: Int, by factor: Float) {
  for i in 0..<plane {
    let shift = (1 - factor) * luminance(planes, i, plane)
    for at in stride(from: i, to: 3 * plane, by: plane) { planes[at] = min(max(planes[at] * factor + shift, 0), 1) }
  }
}

@inline(__always)
private func luminance(_ planes: UnsafeMutableBufferPointer<Float>, _ i: Int, _ plane: Int) -> Float {
  0.2989 * planes[i] + 0.587 * planes[i + plane] + 0.114 * planes[i + 2 * plane]
}
