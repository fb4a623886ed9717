import Foundation
import Tensors

/// What kind of training an image model comes from.
public enum VisionFamily: String, Sendable, Codable, CaseIterable {
  case clip, dino, dinov2, beit, vit
  /// A student of this workbench.
  case mvp

  var title: String {
    switch self {
    case .clip: "CLIP"
    case .dino: "DINO"
    case .dinov2: "DINOv2"
    case .beit: "BEiT"
    case .vit: "ViT"
    case .mvp: "MVP student"
    }
  }

  /// Pixel normalisation of the public weights, used where no file says otherwise.
  var normalization: PixelNormalization {
    switch self {
    case .clip: .clip
    case .dino, .dinov2, .mvp: .imageNet
    case .beit, .vit: .half
    }
  }

  /// Share of the shorter side that the centre crop keeps when the public evaluation resizes a picture: DINO goes to
  /// 256 for 224.
  var cropShare: Float { self == .dino || self == .dinov2 ? 0.875 : 1 }
}

/// An image model read from a checkpoint, frozen, and what was recognised about it.
public struct LoadedVision {
  public let model: VisionTransformer
  public let family: VisionFamily
  /// One line for people: family, size, activation, eps, projection, normalisation.
  public let report: String
  public let normalization: PixelNormalization
  /// Share of the resized shorter side that the family's centre crop keeps.
  public let cropShare: Float
  /// How the file was made, where it says so: seed, recipe, data range, scores.
  public let card: ModelCard?
  /// What a person should know, a sentence without full stop each: what was assumed, and which of several towers was
  /// taken.
  public let notes: [String]

  public init(
    model: VisionTransformer, family: VisionFamily, report: String, normalization: PixelNormalization,
    cropShare: Float? = nil, card: ModelCard? = nil, notes: [String] = []
  ) {
    self.model = model
    self.family = family
    self.report = report
    self.normalization = normalization
    self.cropShare = cropShare ?? family.cropShare
    self.card = card
    self.notes = notes
  }

  public init(
    model: VisionTransformer, family: VisionFamily, report: String, mean: [Float], standardDeviation: [Float]
  ) {
    let normalization = PixelNormalization(mean: mean, standardDeviation: standardDeviation)
    self.init(model: model, family: family, report: report, normalization: normalization)
  }

  public var mean: [Float] { normalization.mean }
  public var standardDeviation: [Float] { normalization.standardDeviation }

  /// Pixels to which the family's evaluation resizes the shorter side before it crops `size` from the centre.
  public func shortSide(for size: Int) -> Int { Int(Float(size) / cropShare) }
}
