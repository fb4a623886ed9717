import Foundation
import Recipe
import Tensors

/// Which of timm's classes a model becomes, and what the class is told: `Beit` where attention goes by relative
/// positions, `Eva` for rotary positions and norms inside the branches, `VisionTransformer` for the rest.
///
/// Source: huggingface/pytorch-image-models, `timm/models/vision_transformer.py`, `beit.py`, `eva.py`.
struct TimmClass {
  enum Kind: String {
    case plain = "timm.models.vision_transformer.VisionTransformer"
    case beit = "timm.models.beit.Beit"
    case eva = "timm.models.eva.Eva"
  }

  let kind: Kind
  /// A model of the class, whose settings the arguments replace.
  private(set) var architecture: String
  private(set) var arguments: [String: Any]
  /// `global_pool`: by what a classifier sees the tokens.
  let pool: String
  /// Whether the model has an attention pooling that its classifier does without.
  let dropsPooling: Bool
  /// Whether the class wants a norm behind the mean that features alone do not go through.
  private let lacksNorm: Bool

  /// - Throws: `CheckpointError` for what no class has.
  init(_ portable: PortableModel) throws {
    let shape = portable.configuration
    lacksNorm = shape.relativePositionBias && !shape.finalNorm && portable.classifier == nil
    kind = shape.relativePositionBias ? .beit : Self.needsEva(shape) ? .eva : .plain
    pool = Self.pool(portable, kind, lacksNorm: lacksNorm)
    dropsPooling = shape.pooling == .attention && pool != "map"
    architecture = ""
    arguments = [
      "img_size": ExportedModel.size(shape.imageSize), "patch_size": shape.patchSize, "embed_dim": shape.width,
      "depth": shape.depth, "num_heads": shape.heads, "mlp_ratio": ExportedModel.ratio(shape), "global_pool": pool,
    ]
    if shape.channels != 3 { arguments["in_chans"] = shape.channels }
    if let scale = shape.layerScale { arguments["init_values"] = ExportedModel.decimal(scale) }
    switch kind {
    case .beit: try describeBeit(shape)
    case .eva: try describeEva(portable)
    case .plain: try describePlain(portable)
    }
  }

  private static func isWide(_ shape: VisionTransformerConfiguration) -> Bool {
    shape.layerNormEpsilon > PortableModel.unfeltEpsilon
  }

  private static func needsEva(_ shape: VisionTransformerConfiguration) -> Bool {
    let isGated = shape.gatedMLP == true
    return shape.rotary != nil || shape.attentionNorm == true
      || isGated && (shape.mlpNorm == true || isWide(shape) || shape.preNorm)
  }

  private static func pool(_ portable: PortableModel, _ kind: Kind, lacksNorm: Bool) -> String {
    let shape = portable.configuration
    // Without a norm behind its blocks, timm's Beit has one behind the mean.
    if lacksNorm || portable.classifier?.pooling == .mean { return "avg" }
    if shape.pooling == nil { return "token" }
    return shape.pooling == .attention && shape.finalNorm ? "map" : "avg"
  }

  private mutating func describeBeit(_ shape: VisionTransformerConfiguration) throws {
    if let problem = ExportedModel.beitProblem(shape, epsilon: 1e-6) { throw ExportedModel.refusal("timm", problem) }
    architecture = "beit_base_patch16_224"
    arguments["use_rel_pos_bias"] = shape.blockPositionTables
    arguments["use_shared_rel_pos_bias"] = !shape.blockPositionTables
    arguments["use_abs_pos_emb"] = shape.positions != .none
    if shape.layerScale == nil { arguments["init_values"] = NSNull() }
  }

  private mutating func describePlain(_ portable: PortableModel) throws {
    let shape = portable.configuration
    let (isWide, isGated) = (Self.isWide(shape), shape.gatedMLP == true)
    guard !isWide || shape.layerNormEpsilon == 1e-5 else { throw Self.epsilonProblem(shape) }
    let quick = shape.activation == .quickGELU && !isGated ? "quickgelu_" : ""
    architecture = isWide || !quick.isEmpty ? "vit_base_patch16_clip_\(quick)224" : "vit_base_patch16_224"
    guard quick.isEmpty || isWide else {
      throw ExportedModel.refusal("timm", "QuickGELU with layer norms of epsilon \(shape.layerNormEpsilon)")
    }
    guard !shape.preNorm || shape.positions != .none else {
      throw ExportedModel.refusal("timm", "a norm before its first block and no positions")
    }
    if isGated {
      guard pool != "map" else { throw ExportedModel.refusal("timm", "gated MLPs together with attention pooling") }
      // The one whose class of MLPs is gated; its first layer is as wide as gate and value together.
      architecture = "vit_giant_patch14_dinov2"
      arguments["mlp_ratio"] = ExportedModel.ratio(of: 2 * shape.hidden, over: shape.width)
      if shape.layerScale == nil { arguments["init_values"] = NSNull() }
    } else if let name = [Activation.tanhGELU: "gelu_tanh", .silu: "silu"][shape.activation] {
      arguments["act_layer"] = name
    }
    arguments["pre_norm"] = shape.preNorm
    arguments["pos_embed"] = shape.positions == .none ? "none" : "learn"
    arguments["qkv_bias"] = shape.qkvBias != .none
    if shape.pooling != nil {
      arguments["class_token"] = false
      arguments["fc_norm"] = portable.classifier?.pooling == .mean
    }
    if shape.registers > 0 { arguments["reg_tokens"] = shape.registers }
    if !shape.finalNorm, portable.classifier == nil { arguments["final_norm"] = false }
  }

  private mutating func describeEva(_ portable: PortableModel) throws {
    let shape = portable.configuration
    let (isWide, isGated) = (Self.isWide(shape), shape.gatedMLP == true)
    guard !isWide || shape.layerNormEpsilon == 1e-5 else { throw Self.epsilonProblem(shape) }
    if !isGated, shape.activation != .gelu {
      throw ExportedModel.refusal(
        "timm", "rotary positions or norms inside its branches with another activation than GELU")
    }
    if pool == "map" { throw ExportedModel.refusal("timm", "attention pooling together with rotary positions") }
    architecture = isWide ? "vit_small_patch16_dinov3" : "eva02_base_patch14_224"
    arguments["qkv_bias"] = shape.qkvBias != .none
    arguments["qkv_fused"] = true
    // EVA's attention has no bias of the keys, which rotary positions make felt.
    arguments["attn_type"] = shape.qkvBias == .full ? "rope" : "eva"
    arguments["init_values"] = shape.layerScale.map(ExportedModel.decimal) ?? NSNull()
    arguments["swiglu_mlp"] = isGated
    arguments["swiglu_align_to"] = 0
    arguments["scale_mlp"] = shape.mlpNorm == true
    arguments["scale_attn_inner"] = shape.attentionNorm == true
    arguments["class_token"] = shape.pooling == nil
    arguments["num_reg_tokens"] = shape.registers
    arguments["use_abs_pos_emb"] = shape.positions != .none
    arguments["use_rot_pos_emb"] = shape.rotary != nil
    arguments["dynamic_img_size"] = false
    arguments["use_pre_transformer_norm"] = shape.preNorm
    arguments["use_post_transformer_norm"] = shape.finalNorm
    arguments["use_fc_norm"] = portable.classifier?.pooling == .mean
    guard let rotary = shape.rotary else { return }
    let isDINO = rotary.kind == .dinov3
    arguments["rope_type"] = isDINO ? "dinov3" : "cat"
    arguments["rope_temperature"] = rotary.base
    arguments["rope_rotate_half"] = isDINO
    arguments["ref_feat_shape"] = isDINO ? NSNull() : [rotary.reference, rotary.reference] as Any
  }

  private static func epsilonProblem(_ shape: VisionTransformerConfiguration) -> CheckpointError {
    ExportedModel.refusal(
      "timm", "layer norms of epsilon \(shape.layerNormEpsilon), where its models have 1e-06 or 1e-05")
  }

  /// The model's arrays under the names of the class.
  func tensors(of portable: PortableModel) -> [PortableTensor] {
    let shape = portable.configuration
    var all = portable.tensors(
      kind == .beit ? .withoutKey : kind == .eva && shape.qkvBias == .queryValue ? .withoutKey : .whole,
      keepsMaskToken: false, patchBias: !shape.preNorm)
    if dropsPooling { all.removeAll { $0.name.hasPrefix("attn_pool.") } }
    if kind != .beit { all = all.flatMap { renamed($0, shape) } }
    if lacksNorm {
      all += [
        .constant("fc_norm.weight", [shape.width], 1), .constant("fc_norm.bias", [shape.width], 0),
      ]
    }
    return all
  }

  private func renamed(_ tensor: PortableTensor, _ shape: VisionTransformerConfiguration) -> [PortableTensor] {
    let name = tensor.name
    let last = name.split(separator: ".").last ?? ""
    switch name {
    case "register_tokens": return [tensor.named("reg_token")]
    case "pos_embed": return [tensor.placingRegisters(shape.registers, behind: shape.pooling == nil ? 1 : 0)]
    case _ where name.hasPrefix("attn_pool.attn.qkv."):
      return tensor.split([("attn_pool.q.\(last)", shape.width), ("attn_pool.kv.\(last)", 2 * shape.width)])
    case _ where name.hasPrefix("attn_pool.attn.proj."): return [tensor.named("attn_pool.proj.\(last)")]
    case _ where kind == .plain && name.hasSuffix(".gamma_1"):
      return [tensor.named(name.dropLast("gamma_1".count) + "ls1.gamma")]
    case _ where kind == .plain && name.hasSuffix(".gamma_2"):
      return [tensor.named(name.dropLast("gamma_2".count) + "ls2.gamma")]
    case _ where shape.mlpNorm == true && name.contains(".mlp.fc1."):
      let stem = name.dropLast("fc1.".count + last.count)
      return tensor.split([("\(stem)fc1_g.\(last)", shape.hidden), ("\(stem)fc1_x.\(last)", shape.hidden)])
    default: return [tensor]
    }
  }
}

extension PortableTensor {
  /// Positions of zeros for registers, behind those of CLS and before those of patches.
  fileprivate func placingRegisters(_ count: Int, behind first: Int) -> PortableTensor {
    guard count > 0, shape.count == 3 else { return self }
    var placed = self
    let (width, own) = (shape[2], values)
    placed.shape[1] += count
    placed.values = {
      let rows = own()
      return Array(rows.prefix(first * width)) + [Float](repeating: 0, count: count * width)
        + rows.dropFirst(first * width)
    }
    return placed
  }
}
