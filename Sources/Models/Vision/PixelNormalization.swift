/// What a model subtracts from and divides its pixels by; pixels are in 0...1, figures are by channel, of colours red
/// first.
package struct PixelNormalization: Sendable, Codable, Equatable {
  package var mean: [Float]
  package var standardDeviation: [Float]

  /// Channels of a picture at the most: those of hyperspectral cameras.
  package static let mostChannels = 256

  package init(mean: [Float], standardDeviation: [Float]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// ImageNet's own statistics: DINO, DINOv2, MAE, and students pre-trained on ImageNet.
  package static let imageNet = PixelNormalization(
    mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
  /// openai/CLIP `clip/clip.py`.
  package static let clip = PixelNormalization(
    mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], standardDeviation: [0.268_629_54, 0.261_302_58, 0.275_777_11])
  /// Google's ViT and BEiT.
  package static let half = PixelNormalization.half(channels: 3)

  /// 0.5 and 0.5 for each channel.
  package static func half(channels: Int) -> PixelNormalization {
    let halves = [Float](repeating: 0.5, count: channels)
    return PixelNormalization(mean: halves, standardDeviation: halves)
  }

  /// Of a student where nothing else is said: ImageNet's figures are those of colours.
  package static func usual(channels: Int) -> PixelNormalization {
    channels == 3 ? .imageNet : half(channels: channels)
  }

  /// Whether it has as many figures as a picture has channels, with deviations above 0.
  package func fits(channels: Int) -> Bool {
    mean.count == channels && standardDeviation.count == channels && mean.allSatisfy(\.isFinite)
      && standardDeviation.allSatisfy { $0 > 0 && $0.isFinite }
  }
}
