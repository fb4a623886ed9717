import Foundation
import Recipe

extension ExportedModel {
  /// For timm: `VisionTransformer`, or `Beit` where attention goes by relative positions. The folder is read by
  /// `timm.create_model("local-dir:FOLDER", pretrained=True)`.
  /// - Throws: `CheckpointError` for what neither class has.
  package init(timm portable: PortableModel) throws {
    let shape = portable.configuration
    if let part = Self.partWithoutClass(shape) { throw Self.refusal("timm", part) }
    let isBeit = shape.relativePositionBias
    var arguments: [String: Any] = [
      "img_size": Self.size(shape.imageSize), "patch_size": shape.patchSize, "embed_dim": shape.width,
      "depth": shape.depth,
      "num_heads": shape.heads, "mlp_ratio": Self.ratio(shape),
    ]
    if let scale = shape.layerScale { arguments["init_values"] = Self.decimal(scale) }
    let architecture: String
    if isBeit {
      if let problem = Self.beitProblem(shape, epsilon: 1e-6) { throw Self.refusal("timm", problem) }
      architecture = "beit_base_patch16_224"
      arguments["use_rel_pos_bias"] = shape.blockPositionTables
      arguments["use_shared_rel_pos_bias"] = !shape.blockPositionTables
      arguments["use_abs_pos_emb"] = shape.positions != .none
      if shape.layerScale == nil { arguments["init_values"] = NSNull() }
    } else {
      let isWide = shape.layerNormEpsilon > PortableModel.unfeltEpsilon
      guard !isWide || shape.layerNormEpsilon == 1e-5 else {
        throw Self.refusal(
          "timm", "layer norms of epsilon \(shape.layerNormEpsilon), where its models have 1e-06 or 1e-05")
      }
      let quick = shape.activation == .quickGELU ? "quickgelu_" : ""
      architecture = isWide || !quick.isEmpty ? "vit_base_patch16_clip_\(quick)224" : "vit_base_patch16_224"
      guard quick.isEmpty || isWide else {
        throw Self.refusal("timm", "QuickGELU with layer norms of epsilon \(shape.layerNormEpsilon)")
      }
      guard !shape.preNorm || shape.positions != .none else {
        throw Self.refusal("timm", "a norm before its first block and no positions")
      }
      arguments["pre_norm"] = shape.preNorm
      arguments["pos_embed"] = shape.positions == .none ? "none" : "learn"
      arguments["qkv_bias"] = shape.qkvBias != .none
      if shape.registers > 0 { arguments["reg_tokens"] = shape.registers }
      if !shape.finalNorm, portable.classifier == nil { arguments["final_norm"] = false }
    }
    // Without a norm behind its blocks, timm's Beit has one behind the mean, which features alone do not go through.
    let lacksNorm = isBeit && !shape.finalNorm && portable.classifier == nil
    let pool = lacksNorm ? "avg" : portable.classifier.map { $0.pooling == .mean ? "avg" : "token" } ?? "token"
    arguments["global_pool"] = pool
    let classes = portable.classifier?.classes ?? 0
    var pretrained: [String: Any] = [
      "tag": "", "custom_load": false, "input_size": [3, shape.imageSize.height, shape.imageSize.width],
      "fixed_input_size": true,
      "interpolation": "bicubic", "crop_pct": Self.decimal(portable.cropShare), "crop_mode": "center",
      "mean": portable.normalization.mean.map(Self.decimal),
      "std": portable.normalization.standardDeviation.map(Self.decimal), "num_classes": classes,
      "first_conv": "patch_embed.proj", "classifier": "head",
    ]
    if !portable.classes.isEmpty { pretrained["label_names"] = portable.classes }
    let configuration = Self.json([
      "architecture": architecture, "num_classes": classes, "num_features": shape.width, "global_pool": pool,
      "model_args": arguments, "pretrained_cfg": pretrained,
    ])
    var tensors = portable.tensors(isBeit ? .withoutKey : .whole, keepsMaskToken: false, patchBias: !shape.preNorm)
    if !isBeit {
      for index in tensors.indices {
        let name = tensors[index].name
        if name == "register_tokens" { tensors[index].name = "reg_token" }
        if name == "pos_embed" { tensors[index].placeRegisters(shape.registers) }
        if name.hasSuffix(".gamma_1") { tensors[index].name = name.dropLast("gamma_1".count) + "ls1.gamma" }
        if name.hasSuffix(".gamma_2") { tensors[index].name = name.dropLast("gamma_2".count) + "ls2.gamma" }
      }
    }
    if lacksNorm {
      for (name, value) in [("weight", 1), ("bias", 0)] as [(String, Float)] {
        tensors.append(
          PortableTensor(name: "fc_norm.\(name)", shape: [shape.width]) {
            [Float](repeating: value, count: shape.width)
          })
      }
    }
    self.init(
      className: isBeit ? "timm.models.beit.Beit" : "timm.models.vision_transformer.VisionTransformer",
      leftOut: Self.leftOut(shape, keepsMaskToken: false), weights: .safetensors(tensors),
      configuration: configuration)
  }

  /// For torch alone: a state dict under the names that timm, BEiT and DINO share.
  package init(torch portable: PortableModel) {
    let shape = portable.configuration
    self.init(
      className: "torch", leftOut: Self.leftOut(shape, keepsMaskToken: true),
      weights: .torch(
        portable.tensors(shape.qkvBias == .queryValue ? .withoutKey : .whole, keepsMaskToken: true)),
      weightsName: "model.pth")
  }

  static func ratio(_ shape: VisionTransformerConfiguration) -> Any { ratio(of: shape.hidden, over: shape.width) }

  static func ratio(of hidden: Int, over width: Int) -> Any {
    // Rounded up, as libraries cut what the product of width and ratio has behind the point.
    let ratio = Double(hidden) / Double(width)
    return Int(ratio * Double(width)) == hidden ? ratio : ratio.nextUp
  }

  static func refusal(_ library: String, _ what: String) -> CheckpointError {
    CheckpointError(
      "\(library) has no class for this model: it has \(what); export it --to torch, or to another library.")
  }

  /// What none of the classes that are written has, a few words; nil for a model without such a part.
  static func partWithoutClass(_ shape: VisionTransformerConfiguration) -> String? {
    if shape.pooling != nil { return "no CLS" }
    if shape.rotary != nil { return "rotary positions" }
    return shape.gatedMLP == true || shape.attentionNorm == true ? "gated MLPs or norms inside its branches" : nil
  }

  /// What keeps a model from being BEiT's in timm or transformers, a clause.
  static func beitProblem(_ shape: VisionTransformerConfiguration, epsilon: Float?) -> String? {
    if shape.preNorm { return "a norm before its first block together with relative positions" }
    if epsilon != nil, shape.activation != .gelu { return "QuickGELU together with relative positions" }
    if let epsilon, shape.layerNormEpsilon > PortableModel.unfeltEpsilon, shape.layerNormEpsilon != epsilon {
      return "layer norms of epsilon \(shape.layerNormEpsilon) together with relative positions"
    }
    return nil
  }

  static func leftOut(_ shape: VisionTransformerConfiguration, keepsMaskToken: Bool) -> [String] {
    (shape.maskToken && !keepsMaskToken ? ["the mask token"] : [])
      + (shape.projection == nil ? [] : ["the projection"])
  }
}

extension PortableTensor {
  /// Positions of zeros for registers, between that of CLS and those of patches.
  fileprivate mutating func placeRegisters(_ count: Int) {
    guard count > 0, shape.count == 3 else { return }
    let (width, own) = (shape[2], values)
    shape[1] += count
    values = {
      let rows = own()
      return Array(rows.prefix(width)) + [Float](repeating: 0, count: count * width) + rows.dropFirst(width)
    }
  }
}
