/// What a model subtracts from and divides its pixels by; pixels are in 0...1, figures are by channel, red first.
package struct PixelNormalization: Sendable, Codable, Equatable {
  package var mean: [Float]
  package var standardDeviation: [Float]

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
  package static let half = PixelNormalization(mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5])
}
