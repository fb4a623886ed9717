import Recipe
import Tensors

/// A model of timm's that open_clip takes for an image tower, which it makes by timm's name alone: every size is that
/// of the name. SigLIP's, EVA-02-CLIP's, DINOv3's, and those without CLS that go by the patches' mean.
///
/// Source: huggingface/pytorch-image-models, `timm/models/vision_transformer.py` and `eva.py`; mlfoundations/open_clip,
/// `src/open_clip/timm_model.py`.
struct TimmTower {
  let name: String
  /// `timm_pool`.
  let pool: String

  /// - Returns: nil where timm names no model of this shape.
  init?(_ portable: PortableModel) {
    let shape = portable.configuration
    let found: (name: String, pool: String)? =
      switch (shape.rotary?.kind, shape.pooling) {
      case (.dinov3, nil): Self.dinov3(shape).map { ($0, "token") }
      case (.eva, nil): Self.eva(shape).map { ($0, "token") }
      case (nil, .attention): Self.withoutCLS(shape, Self.siglip).map { ($0, "map") }
      case (nil, .mean): Self.withoutCLS(shape, Self.siglipMean + Self.mean).map { ($0, "avg") }
      default: nil
      }
    guard let found, portable.classifier == nil, shape.finalNorm, !shape.preNorm, !shape.relativePositionBias
    else { return nil }
    (name, pool) = found
  }

  /// Width, blocks, heads, width of the MLPs' middle.
  private typealias Sizes = (width: Int, depth: Int, heads: Int, hidden: Int)

  private static let base: Sizes = (768, 12, 12, 3072)
  private static let large: Sizes = (1024, 24, 16, 4096)
  private static let so400m: Sizes = (1152, 27, 16, 4304)
  private static let giantopt: Sizes = (1536, 40, 16, 6144)
  private static let huge: Sizes = (1280, 32, 16, 5120)
  private static let giant: Sizes = (1408, 40, 16, 6144)

  private typealias Named = (name: String, sizes: Sizes, patch: Int, pixels: Int, activation: Activation)

  private static func family(
    _ title: String, _ sizes: Sizes, patch: Int, _ pixels: [Int], tanhFrom first: Int, pool: String = "siglip"
  ) -> [Named] {
    pixels.map {
      ("vit_\(title)_patch\(patch)_\(pool)_\($0)", sizes, patch, $0, $0 >= first ? .tanhGELU : .gelu)
    }
  }

  private static let siglip: [Named] =
    family("base", base, patch: 16, [224, 256, 384, 512], tanhFrom: .max)
    + family("base", base, patch: 32, [256], tanhFrom: 0)
    + family("large", large, patch: 16, [256, 384, 512], tanhFrom: 512)
    + family("so400m", so400m, patch: 14, [224, 378], tanhFrom: .max)
    + family("so400m", so400m, patch: 16, [256, 384, 512], tanhFrom: 0)
    + family("giantopt", giantopt, patch: 16, [256, 384], tanhFrom: 0)

  private static let siglipMean: [Named] =
    siglip.map {
      ($0.name.replacing("_siglip_", with: "_siglip_gap_"), $0.sizes, $0.patch, $0.pixels, $0.activation)
    } + family("so400m", so400m, patch: 14, [448, 896], tanhFrom: .max, pool: "siglip_gap")

  private static let mean: [Named] =
    family("huge", huge, patch: 14, [224], tanhFrom: .max, pool: "gap")
    + family("huge", huge, patch: 16, [448], tanhFrom: .max, pool: "gap")
    + family("giant", giant, patch: 16, [224], tanhFrom: .max, pool: "gap")

  private static func isOf(_ shape: VisionTransformerConfiguration, _ sizes: Sizes) -> Bool {
    (shape.width, shape.depth, shape.heads, shape.hidden) == sizes
  }

  private static func hasPlainNorms(_ shape: VisionTransformerConfiguration) -> Bool {
    shape.layerNormEpsilon <= PortableModel.unfeltEpsilon
  }

  private static func withoutCLS(_ shape: VisionTransformerConfiguration, _ all: [Named]) -> String? {
    guard hasPlainNorms(shape), shape.layerScale == nil, shape.registers == 0, shape.positions != .none,
      shape.qkvBias != .none, shape.gatedMLP != true, shape.attentionNorm != true
    else { return nil }
    return all.first {
      isOf(shape, $0.sizes) && $0.patch == shape.patchSize && shape.imageSize == PlaneSize(square: $0.pixels)
        && $0.activation == shape.activation
    }?.name
  }

  /// EVA-02-CLIP's, whose attention has no bias of the keys.
  private static func eva(_ shape: VisionTransformerConfiguration) -> String? {
    guard hasPlainNorms(shape), shape.layerScale == nil, shape.registers == 0, shape.positions != .none,
      shape.qkvBias == .queryValue, shape.gatedMLP == true, shape.mlpNorm == true, shape.attentionNorm == true,
      shape.rotary == .eva
    else { return nil }
    let all: [(String, Sizes, Int, Int)] = [
      ("eva02_base_patch16_clip_224", (768, 12, 12, 2048), 16, 224),
      ("eva02_large_patch14_clip_224", (1024, 24, 16, 2730), 14, 224),
      ("eva02_large_patch14_clip_336", (1024, 24, 16, 2730), 14, 336),
    ]
    return all.first {
      isOf(shape, $0.1) && $0.2 == shape.patchSize && shape.imageSize == PlaneSize(square: $0.3)
    }?.0
  }

  /// DINOv3's, which take pictures of any size.
  private static func dinov3(_ shape: VisionTransformerConfiguration) -> String? {
    guard shape.layerNormEpsilon == 1e-5, shape.layerScale != nil, shape.registers == 4, shape.positions == .none,
      shape.qkvBias != .full, shape.patchSize == 16, shape.rotary == .dinov3, shape.mlpNorm != true,
      shape.attentionNorm != true
    else { return nil }
    let isGated = shape.gatedMLP == true
    guard isGated || shape.activation == .gelu else { return nil }
    let all: [(String, Sizes, isGated: Bool)] = [
      ("vit_small", (384, 12, 6, 1536), false), ("vit_small_plus", (384, 12, 6, 1536), true), ("vit_base", base, false),
      ("vit_large", large, false),
      ("vit_huge_plus", (1280, 32, 20, 5120), true), ("vit_7b", (4096, 40, 32, 8192), true),
    ]
    guard let found = all.first(where: { isOf(shape, $0.1) && $0.isGated == isGated })?.0 else { return nil }
    // The largest has no such bias.
    if shape.qkvBias == .queryValue, found == "vit_7b" { return nil }
    return "\(found)_patch16_dinov3\(shape.qkvBias == .queryValue ? "_qkvb" : "")"
  }
}

extension TimmTower {
  /// The arrays under timm's names, `trunk.` before them as open_clip's adapter has it, with the projection as the head
  /// that EVA-02-CLIP has it in.
  func tensors(of portable: PortableModel) throws -> [PortableTensor] {
    let shape = portable.configuration
    var all = try TimmClass(portable).tensors(of: portable).flatMap { unpacked($0, shape) }
    if let projection = portable.model.projection {
      all.append(PortableTensor(name: "head.weight", shape: projection.weight.shape) { projection.weight.array() })
      let bias = projection.bias
      all.append(
        PortableTensor(name: "head.bias", shape: [projection.outputs]) {
          bias?.array() ?? [Float](repeating: 0, count: projection.outputs)
        })
    }
    return all.map { $0.named("trunk.\($0.name)") }
  }

  /// The named models keep apart what the class may keep together.
  private func unpacked(_ tensor: PortableTensor, _ shape: VisionTransformerConfiguration) -> [PortableTensor] {
    let name = tensor.name
    let stem = name.split(separator: ".").dropLast(2).joined(separator: ".")
    let last = name.split(separator: ".").last ?? ""
    if shape.gatedMLP == true, name.contains(".mlp.fc1.") {
      return tensor.split([("\(stem).fc1_g.\(last)", shape.hidden), ("\(stem).fc1_x.\(last)", shape.hidden)])
    }
    guard shape.rotary?.kind == .eva else { return [tensor] }
    if name.hasSuffix(".attn.qkv.weight") {
      return tensor.split(["q", "k", "v"].map { ("\(stem).\($0)_proj.weight", shape.width) })
    }
    for part in ["q", "v"] where name.hasSuffix(".attn.\(part)_bias") {
      return [tensor.named(name.dropLast("_bias".count) + "_proj.bias")]
    }
    return [tensor]
  }
}
