/// Per-channel mean and standard deviation that a model subtracts from, and divides, pixels in 0...1 by.
public struct Normalization: Sendable, Codable, Equatable {
  public var mean: [Float]
  public var standardDeviation: [Float]

  public init(mean: [Float], standardDeviation: [Float]) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// ImageNet's statistics: DINO, DINOv2, BEiT, most of timm.
  public static let imageNet = Normalization(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
  /// OpenAI CLIP's statistics.
  public static let clip = Normalization(
    mean: [0.48145466, 0.4578275, 0.40821073], standardDeviation: [0.26862954, 0.26130258, 0.27577711])
  /// To -1...1: the original ViT and the built-in scenes.
  public static let half = Normalization(mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5])
}
