import Tensors

/// What the configuration beside a checkpoint says: transformers' `config.json`, timm's, or open_clip's `open_clip_config.json`.
struct ConfigurationFacts {
  /// transformers' `model_type`, of the image tower.
  var modelType: String?
  /// timm's name of the model, with the tag of its weights behind a dot.
  var architecture: String?
  var imageSize, patchSize, width, depth, heads, hidden, projection: Int?
  var epsilon, layerScale: Float?
  var activation: Activation?
  var normalization: PixelNormalization?

  init(_ checkpoint: CheckpointFolder) throws {
    normalization = Self.normalization(
      mean: checkpoint.preprocessor?["image_mean"], deviation: checkpoint.preprocessor?["image_std"])
    guard let configuration = checkpoint.configuration else { return }
    let path = checkpoint.configurationPath
    if configuration["model_cfg"] != nil {
      try readOpenCLIP(configuration, path: path)
    } else if configuration["architecture"]?.string != nil {
      try readTimm(configuration, path: path)
    } else if configuration["model_type"]?.string != nil || configuration["hidden_size"] != nil {
      try readTransformers(configuration, path: path)
    } else {
      throw CheckpointError.file(
        path, "has neither model_type, architecture nor model_cfg, use the file that came with the weights")
    }
  }

  /// Patches along each side; nil where no image size is given.
  func grid(patchSize: Int) -> Int? { imageSize.map { $0 / patchSize } }

  private mutating func readTransformers(_ configuration: JSONValue, path: String) throws {
    let tower = configuration["vision_config"] ?? configuration
    modelType = tower["model_type"]?.string ?? configuration["model_type"]?.string
    let known = ["clip", "clip_vision_model", "vit", "vit_mae", "dinov2", "beit"]
    if let modelType, !known.contains(modelType) {
      throw CheckpointError.file(
        path, "is for a model of type \(modelType), read are \(known.joined(separator: ", "))")
    }
    imageSize = try whole(tower, "image_size", path)
    patchSize = try whole(tower, "patch_size", path)
    width = try whole(tower, "hidden_size", path)
    depth = try whole(tower, "num_hidden_layers", path)
    heads = try whole(tower, "num_attention_heads", path)
    hidden = try whole(tower, "intermediate_size", path)
    if hidden == nil, let ratio = tower["mlp_ratio"]?.double, let width, (0...64).contains(ratio) {
      hidden = Int(Double(width) * ratio)
    }
    // The whole model's figure wins over the tower's, which stays at its default.
    projection = try whole(configuration, "projection_dim", path) ?? whole(tower, "projection_dim", path)
    epsilon = try number(tower, "layer_norm_eps", path)
    layerScale = try number(tower, "layerscale_value", path) ?? number(tower, "layer_scale_init_value", path)
    if tower["use_swiglu_ffn"]?.bool == true {
      throw CheckpointError.file(path, "asks for SwiGLU blocks (use_swiglu_ffn), only plain MLPs are read")
    }
    if let name = tower["hidden_act"], !name.isNull {
      switch name.string {
      case "gelu": activation = .gelu
      case "quick_gelu": activation = .quickGELU
      default:
        throw CheckpointError.file(
          path, "has hidden_act \(name.string ?? "of another kind"), read are gelu and quick_gelu")
      }
    }
  }

  private mutating func readTimm(_ configuration: JSONValue, path: String) throws {
    let pretrained = configuration["pretrained_cfg"]
    let tag = pretrained?["tag"]?.string ?? ""
    let name = configuration["architecture"]?.string ?? ""
    architecture = tag.isEmpty || name.hasSuffix(tag) ? name : "\(name).\(tag)"
    heads = try configuration["model_args"].flatMap { try whole($0, "num_heads", path) }
    normalization =
      Self.normalization(mean: pretrained?["mean"], deviation: pretrained?["std"]) ?? normalization
    let notes = pretrained?["notes"]?.array?.compactMap(\.string) ?? []
    // Weights of OpenAI and others trained with QuickGELU also go by timm names without it; tag or notes tell.
    let isQuick = name.contains("quickgelu") || tag == "openai" || notes.contains { $0.contains("QuickGELU") }
    activation = isQuick ? .quickGELU : .gelu
  }

  private mutating func readOpenCLIP(_ configuration: JSONValue, path: String) throws {
    let model = configuration["model_cfg"] ?? .null
    let tower = model["vision_cfg"] ?? .null
    if tower["timm_model_name"] != nil {
      throw CheckpointError.file(path, "has an image tower of timm's inside open_clip, only open_clip's own are read")
    }
    imageSize = try whole(tower, "image_size", path)
    patchSize = try whole(tower, "patch_size", path)
    width = try whole(tower, "width", path)
    depth = try whole(tower, "layers", path)
    if let width { heads = try width / max(whole(tower, "head_width", path) ?? 64, 1) }
    if let ratio = try number(tower, "mlp_ratio", path), let width, (0...64).contains(ratio) {
      hidden = Int(Float(width) * ratio)
    }
    projection = try whole(model, "embed_dim", path)
    activation = model["quick_gelu"]?.bool == true ? .quickGELU : .gelu
    let preprocessing = configuration["preprocess_cfg"]
    normalization =
      Self.normalization(mean: preprocessing?["mean"], deviation: preprocessing?["std"]) ?? normalization
  }

  private func whole(_ object: JSONValue, _ key: String, _ path: String) throws -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    // A size may be given for height and width; only squares are read.
    let pair = value.array?.compactMap(\.integer)
    let square = pair?.count == 2 && pair?.first == pair?.last ? pair?.first : nil
    guard let number = value.integer ?? square, (1...100_000_000).contains(number) else {
      throw CheckpointError.file(
        path, "has \(key) that is no positive whole number, use the file that came with the weights")
    }
    return number
  }

  private func number(_ object: JSONValue, _ key: String, _ path: String) throws -> Float? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let number = value.double else {
      throw CheckpointError.file(path, "has \(key) that is no number, use the file that came with the weights")
    }
    return Float(number)
  }

  private static func normalization(mean: JSONValue?, deviation: JSONValue?) -> PixelNormalization? {
    guard let mean = mean?.floats, let deviation = deviation?.floats, mean.count == 3, deviation.count == 3,
      deviation.allSatisfy({ $0 > 0 })
    else { return nil }
    return PixelNormalization(mean: mean, standardDeviation: deviation)
  }
}
