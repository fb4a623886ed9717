import Tensors

extension ConfigurationFacts {
  /// Types whose image towers are read.
  private static let known = [
    "clip", "clip_vision_model", "metaclip_2", "metaclip_2_vision_model", "siglip", "siglip_vision_model", "siglip2",
    "siglip2_vision_model", "vit", "vit_mae", "deit", "dinov2", "dinov2_with_registers", "dinov3_vit", "ijepa",
    "tipsv2", "tipsv2_vision_model", "beit",
  ]

  static func isCLIP(_ modelType: String) -> Bool { modelType.hasPrefix("clip") || modelType.hasPrefix("metaclip") }

  /// transformers leaves out of nested configurations what its classes have by default, so a key that is missing is no
  /// guess but that default (`configuration_*.py`): 12 heads in most of these classes, and what stands here.
  mutating func readTransformers(_ configuration: JSONValue, path: String) throws {
    let tower = configuration["vision_config"] ?? configuration
    modelType = tower["model_type"]?.string ?? configuration["model_type"]?.string
    if let modelType, !Self.known.contains(modelType) {
      throw CheckpointError.file(
        path, "is for a model of type \(modelType), read are \(Self.known.joined(separator: ", "))")
    }
    channels = try whole(tower, "num_channels", path)
    if let channels, channels > PixelNormalization.mostChannels {
      throw CheckpointError.file(
        path, "is for pictures of \(channels) channels, at most \(PixelNormalization.mostChannels) are read")
    }
    imageSize = try size(tower, "image_size", path)
    patchSize = try whole(tower, "patch_size", path)
    width = try whole(tower, "hidden_size", path)
    depth = try whole(tower, "num_hidden_layers", path)
    heads = try whole(tower, "num_attention_heads", path)
    hidden = try whole(tower, "intermediate_size", path)
    if hidden == nil, let ratio = tower["mlp_ratio"]?.double, let width {
      if (0...64).contains(ratio) {
        hidden = Int(Double(width) * ratio)
      } else {
        notes.append("its mlp_ratio of \(ratio) is not believed, the width of its MLPs is taken from the tensors")
      }
    }
    // The whole model's figure wins over the tower's, which stays at its default.
    projection = try whole(configuration, "projection_dim", path) ?? whole(tower, "projection_dim", path)
    epsilon = try number(tower, "layer_norm_eps", path)
    layerScale = try number(tower, "layerscale_value", path) ?? number(tower, "layer_scale_init_value", path)
    hasQKVBias = tower["qkv_bias"]?.bool
    isGated = tower["use_swiglu_ffn"]?.bool ?? tower["use_gated_mlp"]?.bool
    rotaryBase = try number(tower, "rope_theta", path).map { Double($0) }
    if let name = tower["hidden_act"], !name.isNull {
      switch name.string {
      case "gelu": activation = .gelu
      case "quick_gelu": activation = .quickGELU
      case "gelu_pytorch_tanh", "gelu_new": activation = .tanhGELU
      case "silu" where isGated == true: activation = .silu
      default:
        throw CheckpointError.file(
          path,
          "has hidden_act \(name.string ?? "of another kind"), read are gelu, quick_gelu, gelu_pytorch_tanh and, where "
            + "MLPs are gated, silu")
      }
    }
    // DINOv2 and TIPS gate by SiLU whatever it says.
    if tower["use_gated_mlp"]?.bool == true, activation != .silu {
      throw CheckpointError.file(path, "asks for MLPs gated by another function than silu, only that is read")
    }
    if tower["use_mean_pooling"]?.bool == true {
      notes.append(
        "its configuration pools by the mean of the patches (use_mean_pooling), so CLS was not what it was trained for")
    }
    fillTransformersDefaults()
  }

  private mutating func fillTransformersDefaults() {
    guard let modelType else { return }
    let isCLIP = Self.isCLIP(modelType)
    let isSigLIP = modelType.hasPrefix("siglip")
    if epsilon == nil {
      let isSmall = isSigLIP || modelType.hasPrefix("dinov2") || modelType.hasPrefix("tips")
      epsilon = isCLIP || modelType == "dinov3_vit" ? 1e-5 : isSmall ? 1e-6 : 1e-12
      defaults.append("layer_norm_eps (\(epsilon ?? 0))")
    }
    if activation == nil {
      activation = isCLIP ? .quickGELU : isSigLIP ? .tanhGELU : .gelu
      defaults.append("hidden_act (\(isCLIP ? "quick_gelu" : isSigLIP ? "gelu_pytorch_tanh" : "gelu"))")
    }
    let usual = modelType == "dinov3_vit" ? 6 : 12
    if heads == nil, let width, width % usual == 0 {
      heads = usual
      defaults.append("num_attention_heads (\(usual))")
    }
    if modelType == "dinov3_vit" {
      if imageSize == nil {
        imageSize = 224
        defaults.append("image_size (224)")
      }
      if rotaryBase == nil {
        rotaryBase = 100
        defaults.append("rope_theta (100)")
      }
    }
  }
}
