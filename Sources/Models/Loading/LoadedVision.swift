import Foundation
import Tensors

/// What kind of training an image model comes from.
package enum VisionFamily: String, Sendable, Codable, CaseIterable {
  case clip, siglip, eva, dino, dinov2, dinov3, tips, ijepa, beit, vit, mae, deit
  /// A student of this workbench.
  case mvp

  var title: String {
    switch self {
    case .clip: "CLIP"
    case .siglip: "SigLIP"
    case .eva: "EVA"
    case .dino: "DINO"
    case .dinov2: "DINOv2"
    case .dinov3: "DINOv3"
    case .tips: "TIPS"
    case .ijepa: "I-JEPA"
    case .beit: "BEiT"
    case .vit: "ViT"
    case .mae: "MAE"
    case .deit: "DeiT"
    case .mvp: "MVP student"
    }
  }

  /// Pixel normalisation of the public weights, used where no file says otherwise.
  var normalization: PixelNormalization {
    switch self {
    case .clip, .eva: .clip
    case .dino, .dinov2, .dinov3, .ijepa, .mae, .deit, .mvp: .imageNet
    case .siglip, .beit, .vit: .half
    case .tips: PixelNormalization(mean: [0, 0, 0], standardDeviation: [1, 1, 1])
    }
  }

  /// Share of the shorter side that the centre crop keeps when the public evaluation resizes a picture: DINO goes to
  /// 256 for 224.
  var cropShare: Float { self == .dino || self == .dinov2 ? 0.875 : 1 }
}

/// An image model read from a checkpoint, frozen, and what was recognised about it.
package struct LoadedVision {
  package let model: VisionTransformer
  package let family: VisionFamily
  /// One line for people: family, size, activation, eps, projection, normalisation.
  package let report: String
  package let normalization: PixelNormalization
  /// Share of the resized shorter side that the family's centre crop keeps.
  package let cropShare: Float
  /// How the file was made, where it says so: seed, recipe, data range, scores.
  package let card: ModelCard?
  /// What a person should know, a sentence without full stop each: what was assumed, and which of several towers was
  /// taken.
  package let notes: [String]

  package init(
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

  package init(
    model: VisionTransformer, family: VisionFamily, report: String, mean: [Float], standardDeviation: [Float]
  ) {
    let normalization = PixelNormalization(mean: mean, standardDeviation: standardDeviation)
    self.init(model: model, family: family, report: report, normalization: normalization)
  }

  package var mean: [Float] { normalization.mean }
  package var standardDeviation: [Float] { normalization.standardDeviation }

  /// Pixels to which the family's evaluation resizes the shorter side before it crops `size` from the centre.
  package func shortSide(for size: Int) -> Int { Int(Float(size) / cropShare) }
}
