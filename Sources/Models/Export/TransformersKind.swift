import Recipe

/// Which of transformers' classes an image model becomes: `ViTModel` for a plain one, `CLIPVisionModel` for one with a
/// norm before its blocks, `BeitModel` where there are relative positions, a layer scale or a classifier on the
/// patches' mean, `Dinov2Model` with registers or gated MLPs, `DINOv3ViTModel` with its rotary positions, and, without
/// CLS, `SiglipVisionModel` with attention pooling and `IJepaModel` with the mean.
///
/// Source: huggingface/transformers, `src/transformers/models/*/modeling_*.py`.
enum TransformersKind {
  case vit, clip, beit, siglip, ijepa, dinov2, dinov3

  /// - Throws: `CheckpointError` for what none of these classes has.
  init(_ portable: PortableModel) throws {
    let shape = portable.configuration
    func refusal(_ what: String) -> CheckpointError { ExportedModel.refusal("transformers", what) }
    if shape.attentionNorm == true || shape.gatedMLP == true && shape.mlpNorm == true {
      throw refusal("norms inside its branches, which timm's Eva has")
    }
    self =
      if let rotary = shape.rotary {
        rotary.kind == .dinov3 ? .dinov3 : .vit
      } else if let pooling = shape.pooling {
        pooling == .attention ? .siglip : .ijepa
      } else if shape.registers > 0 || shape.gatedMLP == true {
        .dinov2
      } else if shape.relativePositionBias || shape.layerScale != nil || portable.classifier?.pooling == .mean {
        .beit
      } else {
        shape.preNorm ? .clip : .vit
      }
    if shape.rotary != nil, self == .vit { throw refusal("rotary positions as EVA-02 has them, which timm's Eva has") }
    if let problem = problem(portable) { throw refusal(problem) }
  }

  /// What keeps a model from being of the class, a few words.
  private func problem(_ portable: PortableModel) -> String? {
    let shape = portable.configuration
    switch self {
    case .beit:
      if let problem = ExportedModel.beitProblem(shape, epsilon: nil) { return problem }
      if shape.preNorm { return "a norm before its first block together with layer scale" }
      let isRectangle = shape.positions != .none && !shape.imageSize.isSquare
      return isRectangle ? "positions on a rectangle, which its BEiT takes for a square" : nil
    case .clip:
      if portable.classifier != nil { return "a norm before its first block and a classifier" }
      if shape.positions == .none { return "no positions at all" }
      return shape.imageSize.isSquare ? nil : "a norm before its first block and pictures that are no squares"
    case .vit: return shape.positions == .none ? "no positions at all" : nil
    case .siglip, .ijepa, .dinov2, .dinov3: return problemOfLater(portable)
    }
  }

  /// The same for the classes that came after ViT, CLIP and BEiT.
  private func problemOfLater(_ portable: PortableModel) -> String? {
    let shape = portable.configuration
    let hasNoCLS = self == .siglip || self == .ijepa
    let kind =
      hasNoCLS ? "no CLS" : self == .dinov3 ? "rotary positions" : shape.registers > 0 ? "registers" : "gated MLPs"
    if portable.classifier != nil { return "\(kind) and a classifier" }
    if shape.preNorm { return "\(kind) and a norm before its first block" }
    if shape.relativePositionBias { return "\(kind) and relative positions" }
    if !shape.finalNorm { return "\(kind) and no norm behind its blocks" }
    if hasNoCLS, shape.registers > 0 || shape.layerScale != nil || shape.gatedMLP == true {
      return "\(kind) together with registers, layer scale or gated MLPs"
    }
    if self == .dinov3 {
      if shape.positions != .none { return "rotary positions beside others" }
      return shape.pooling == nil ? nil : "rotary positions and no CLS"
    }
    if shape.positions == .none { return "no positions at all" }
    if self != .ijepa, !shape.imageSize.isSquare { return "\(kind) and pictures that are no squares" }
    if self == .dinov2, Self.ratio(shape) == nil {
      return
        "\(kind) and MLPs of \(shape.hidden) for a width of \(shape.width), which its class multiplies by a whole number"
    }
    return nil
  }

  /// `mlp_ratio` of DINOv2, a whole number; gated MLPs have two thirds of it, up to the next multiple of 8.
  private static func ratio(_ shape: VisionTransformerConfiguration) -> Int? {
    (1...64).first { ratio in
      let whole = shape.width * ratio
      return shape.hidden == (shape.gatedMLP == true ? (whole * 2 / 3 + 7) / 8 * 8 : whole)
    }
  }

  var keepsMaskToken: Bool { [.beit, .dinov2, .dinov3].contains(self) }

  func modelType(_ shape: VisionTransformerConfiguration) -> String {
    switch self {
    case .vit: "vit"
    case .clip: "clip_vision_model"
    case .beit: "beit"
    case .siglip: "siglip_vision_model"
    case .ijepa: "ijepa"
    case .dinov2: shape.registers > 0 ? "dinov2_with_registers" : "dinov2"
    case .dinov3: "dinov3_vit"
    }
  }

  func className(_ shape: VisionTransformerConfiguration, isClassifier: Bool) -> String {
    switch self {
    case .vit: isClassifier ? "ViTForImageClassification" : "ViTModel"
    case .clip: "CLIPVisionModel"
    case .beit: isClassifier ? "BeitForImageClassification" : "BeitModel"
    case .siglip: "SiglipVisionModel"
    case .ijepa: "IJepaModel"
    case .dinov2: shape.registers > 0 ? "Dinov2WithRegistersModel" : "Dinov2Model"
    case .dinov3: "DINOv3ViTModel"
    }
  }

  /// What the class's configuration says beside the sizes that all have.
  func settings(_ shape: VisionTransformerConfiguration) -> [String: Any] {
    let scale = shape.layerScale.map(ExportedModel.decimal) ?? 1.0
    var values: [String: Any] = ["attention_dropout": 0.0, "intermediate_size": shape.hidden]
    if [.vit, .beit, .ijepa, .dinov2].contains(self) {
      values["hidden_dropout_prob"] = 0.0
      values["attention_probs_dropout_prob"] = 0.0
      values["attention_dropout"] = nil
    }
    switch self {
    case .vit, .ijepa: values["qkv_bias"] = shape.qkvBias != .none
    case .clip: values["projection_dim"] = shape.width
    case .siglip: values["vision_use_head"] = true
    case .beit:
      values["use_mask_token"] = shape.maskToken
      values["use_absolute_position_embeddings"] = shape.positions != .none
      values["use_relative_position_bias"] = shape.relativePositionBias && shape.blockPositionTables
      values["use_shared_relative_position_bias"] = shape.relativePositionBias && !shape.blockPositionTables
      values["layer_scale_init_value"] = shape.layerScale.map(ExportedModel.decimal) ?? 0.0
      values["use_mean_pooling"] = !shape.finalNorm
      values["drop_path_rate"] = 0.0
    case .dinov2:
      values["intermediate_size"] = nil
      values["mlp_ratio"] = Self.ratio(shape) ?? 4
      values["qkv_bias"] = shape.qkvBias != .none
      values["layerscale_value"] = scale
      values["use_swiglu_ffn"] = shape.gatedMLP == true
      if shape.registers > 0 { values["num_register_tokens"] = shape.registers }
    case .dinov3:
      values["query_bias"] = shape.qkvBias != .none
      values["key_bias"] = shape.qkvBias == .full
      values["value_bias"] = shape.qkvBias != .none
      values["layerscale_value"] = scale
      values["use_gated_mlp"] = shape.gatedMLP == true
      values["num_register_tokens"] = shape.registers
      values["rope_theta"] = shape.rotary?.base ?? 100
    }
    return values
  }
}
