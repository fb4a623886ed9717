import Recipe
import Tensors

/// What the configuration beside a checkpoint says: transformers' `config.json`, timm's, or open_clip's
/// `open_clip_config.json`, and transformers' `preprocessor_config.json`.
struct ConfigurationFacts {
  /// nil if no configuration stands beside the weights.
  let source: ModelConfiguration?
  /// transformers' `model_type`, of the image tower.
  var modelType: String?
  /// timm's name of the model, with the tag of its weights behind a dot.
  var architecture: String?
  var imageSize: PlaneSize?
  var patchSize, width, depth, heads, hidden, projection: Int?
  /// Of a picture.
  var channels: Int?
  var epsilon, layerScale: Float?
  var activation: Activation?
  var hasQKVBias: Bool?
  /// Whether MLPs are gated; nil if it does not tell.
  var isGated: Bool?
  /// Ratio of the slowest angle of rotary positions to the fastest.
  var rotaryBase: Double?
  /// Pixels a side that pictures are usually given in; tensors without positions do not tell.
  var inputSize: PlaneSize?
  /// By what features are pooled, where it is not CLS.
  var pool: String?
  var normalization: PixelNormalization?
  /// What the configuration leaves out and its library's own default fills, in words.
  var defaults: [String] = []
  /// What a person should know of the configuration, a clause each.
  var notes: [String] = []

  init(_ checkpoint: CheckpointFolder, scheme: NameScheme) throws {
    source = checkpoint.configuration(for: scheme)
    let preprocessing = PreprocessingFacts(checkpoint.preprocessor)
    normalization = preprocessing.normalization
    notes += preprocessing.notes
    if !checkpoint.strangers.isEmpty {
      notes.append(
        "\(checkpoint.strangers.joined(separator: " and ")) beside it describes no model (neither model_type, architecture nor "
          + "model_cfg) and is left out")
    }
    guard let source else { return }
    switch source.kind {
    case .transformers: try readTransformers(source.content, path: source.path)
    case .timm: try readTimm(source.content, path: source.path)
    case .openCLIP: try readOpenCLIP(source.content, path: source.path)
    }
  }

  /// Patches of a picture; nil if no image size is given.
  func grid(patchSize: Int) -> PlaneSize? { imageSize.map { $0 / patchSize } }

  /// Whether the configuration is one of CLIP's; nil if it does not tell.
  var isCLIP: Bool? {
    switch source?.kind {
    case .openCLIP where architecture == nil: true
    case .transformers: modelType.map(Self.isCLIP)
    case .openCLIP, .timm, nil:
      architecture.map { $0.contains("_clip_") && !$0.hasPrefix("eva") } == true ? true : nil
    }
  }

  private mutating func readOpenCLIP(_ configuration: JSONValue, path: String) throws {
    let model = configuration["model_cfg"] ?? .null
    let tower = model["vision_cfg"] ?? .null
    let preprocessing = configuration["preprocess_cfg"]
    normalization =
      PreprocessingFacts.normalization(mean: preprocessing?["mean"], deviation: preprocessing?["std"]) ?? normalization
    if let name = tower["timm_model_name"]?.string {
      architecture = name
      activation = timmActivation(name)
      imageSize = try size(tower, "image_size", path)
      return
    }
    imageSize = try size(tower, "image_size", path)
    patchSize = try whole(tower, "patch_size", path)
    width = try whole(tower, "width", path)
    depth = try whole(tower, "layers", path)
    if let width { heads = try width / max(whole(tower, "head_width", path) ?? 64, 1) }
    if let ratio = try number(tower, "mlp_ratio", path), let width, (0...64).contains(ratio) {
      hidden = Int(Float(width) * ratio)
    }
    projection = try whole(model, "embed_dim", path)
    activation = model["quick_gelu"]?.bool == true ? .quickGELU : .gelu
    if let arguments = tower["act_kwargs"], !arguments.isNull, arguments.members?.isEmpty == false {
      throw CheckpointError.file(path, "has act_kwargs for its activation, read are plain GELU and QuickGELU")
    }
    epsilon = try tower["norm_kwargs"].flatMap { try number($0, "eps", path) } ?? 1e-5
    if let given = tower["pool_type"]?.string, given != "tok" { pool = given }
  }

  func whole(_ object: JSONValue, _ key: String, _ path: String) throws -> Int? {
    guard let value = object[key], !value.isNull else { return nil }
    // A patch may be given by height and width; only squares are read.
    let pair = value.array?.compactMap(\.integer)
    let square = pair?.count == 2 && pair?.first == pair?.last ? pair?.first : nil
    guard let number = value.integer ?? square, (1...100_000_000).contains(number) else {
      throw CheckpointError.file(
        path, "has \(key) that is no positive whole number, use the file that came with the weights")
    }
    return number
  }

  /// A whole number for a square, or height and width.
  func size(_ object: JSONValue, _ key: String, _ path: String) throws -> PlaneSize? {
    guard let sides = object[key]?.array?.compactMap(\.integer), sides.count == 2 else {
      return try whole(object, key, path).map { PlaneSize(square: $0) }
    }
    guard sides.allSatisfy((1...100_000_000).contains) else {
      throw CheckpointError.file(
        path, "has \(key) that is no height and width, use the file that came with the weights")
    }
    return PlaneSize(height: sides[0], width: sides[1])
  }

  func number(_ object: JSONValue, _ key: String, _ path: String) throws -> Float? {
    guard let value = object[key], !value.isNull else { return nil }
    guard let number = value.double else {
      throw CheckpointError.file(path, "has \(key) that is no number, use the file that came with the weights")
    }
    return Float(number)
  }
}
