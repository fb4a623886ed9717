import Tensors

extension ConfigurationFacts {
  /// timm names the architecture, whose sizes are those of its tensors, and lists under `model_args` what differs from
  /// it.
  mutating func readTimm(_ configuration: JSONValue, path: String) throws {
    let pretrained = configuration["pretrained_cfg"]
    let tag = pretrained?["tag"]?.string ?? ""
    let name = configuration["architecture"]?.string ?? ""
    architecture = tag.isEmpty || name.hasSuffix(tag) ? name : "\(name).\(tag)"
    normalization =
      PreprocessingFacts.normalization(mean: pretrained?["mean"], deviation: pretrained?["std"]) ?? normalization
    let notes = pretrained?["notes"]?.array?.compactMap(\.string) ?? []
    // Weights of OpenAI and others trained with QuickGELU also go by timm names without it; tag or notes tell.
    let isQuick = name.contains("quickgelu") || tag == "openai" || notes.contains { $0.contains("QuickGELU") }
    activation = isQuick ? .quickGELU : .gelu
    if let arguments = configuration["model_args"], arguments.members != nil {
      try readTimmArguments(arguments, path: path)
    }
    let pool = configuration["global_pool"]?.string ?? "token"
    if pool != "token", !pool.isEmpty {
      self.notes.append("its configuration pools by \(pool) (global_pool), so CLS was not what it was trained for")
    }
  }

  private mutating func readTimmArguments(_ arguments: JSONValue, path: String) throws {
    heads = try whole(arguments, "num_heads", path)
    width = try whole(arguments, "embed_dim", path)
    depth = try whole(arguments, "depth", path)
    patchSize = try whole(arguments, "patch_size", path)
    imageSize = try whole(arguments, "img_size", path)
    layerScale = try number(arguments, "init_values", path)
    hasQKVBias = arguments["qkv_bias"]?.bool
    if let ratio = try number(arguments, "mlp_ratio", path), let width, (0...64).contains(ratio) {
      hidden = Int(Float(width) * ratio)
    }
    guard let name = arguments["act_layer"], !name.isNull else { return }
    switch name.string {
    case "gelu": activation = .gelu
    case "quick_gelu": activation = .quickGELU
    default:
      throw CheckpointError.file(
        path, "has act_layer \(name.string ?? "of another kind"), read are gelu and quick_gelu")
    }
  }

  /// Whether timm's name of the architecture says its size, and so, by timm's table, its heads.
  func namesTimmSize(width: Int) -> Bool {
    let sizes = [
      "tiny": 192, "little": 320, "small": 384, "medium": 512, "mediumd": 512, "betwixt": 640, "base": 768,
      "large": 1024, "so400m": 1152, "huge": 1280, "giant": 1408, "gigantic": 1664,
    ]
    return architecture?.split(separator: "_").contains { sizes[String($0)] == width } == true
  }
}
