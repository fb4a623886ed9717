import Recipe
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
    let isQuick = tag == "openai" || notes.contains { $0.contains("QuickGELU") }
    activation = isQuick ? .quickGELU : timmActivation(name)
    let input = pretrained?["input_size"]?.array?.compactMap(\.integer) ?? []
    if input.count == 3, input.allSatisfy((1...8192).contains) {
      inputSize = PlaneSize(height: input[1], width: input[2])
    }
    if let arguments = configuration["model_args"], arguments.members != nil {
      try readTimmArguments(arguments, path: path)
    }
    let pool = configuration["global_pool"]?.string ?? "token"
    if pool != "token", !pool.isEmpty { self.pool = "\(pool) (global_pool)" }
  }

  private mutating func readTimmArguments(_ arguments: JSONValue, path: String) throws {
    channels = try whole(arguments, "in_chans", path)
    heads = try whole(arguments, "num_heads", path)
    width = try whole(arguments, "embed_dim", path)
    depth = try whole(arguments, "depth", path)
    patchSize = try whole(arguments, "patch_size", path)
    imageSize = try size(arguments, "img_size", path)
    layerScale = try number(arguments, "init_values", path)
    hasQKVBias = arguments["qkv_bias"]?.bool
    if let ratio = try number(arguments, "mlp_ratio", path), let width, (0...64).contains(ratio) {
      hidden = Int(Float(width) * ratio)
    }
    guard let name = arguments["act_layer"], !name.isNull else { return }
    switch name.string {
    case "gelu": activation = .gelu
    case "quick_gelu": activation = .quickGELU
    case "gelu_tanh": activation = .tanhGELU
    default:
      throw CheckpointError.file(
        path, "has act_layer \(name.string ?? "of another kind"), read are gelu, gelu_tanh and quick_gelu")
    }
  }

  /// The activation that timm's table has for an architecture (`timm/models/vision_transformer.py`).
  func timmActivation(_ name: String) -> Activation {
    if name.contains("quickgelu") { return .quickGELU }
    let tanh = [
      "base_patch32_siglip", "large_patch16_siglip_512", "large_patch16_siglip_gap_512", "so400m_patch16_siglip",
      "giantopt_patch16_siglip",
    ]
    return tanh.contains(where: name.contains) ? .tanhGELU : .gelu
  }

  /// Why an architecture of timm's is not read though its names are those of others, a clause; nil for the rest.
  var unreadArchitecture: String? {
    guard let architecture, architecture.hasPrefix("vit") || architecture.hasPrefix("eva") else { return nil }
    let others = [
      ("_rope", "rotary positions other than EVA-02's and DINOv3's"), ("vit_pe_", "rotary positions of its own"),
      ("lingbot", "rotary positions of its own"), ("enormous", "norms behind its branches"),
    ]
    return others.first { architecture.contains($0.0) }.map { "\(architecture) has \($0.1)" }
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
