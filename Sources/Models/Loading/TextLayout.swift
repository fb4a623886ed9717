import Tensors

/// How a checkpoint names the tensors of CLIP's text tower.
struct TextLayout {
  enum Scheme { case own, transformers, openAI }

  let scheme: Scheme
  /// What stands before the tower's names.
  let prefix: String

  init(_ checkpoint: CheckpointFolder, card: ModelCard?) throws {
    func prefix(_ landmark: String) -> String? {
      checkpoint.names.filter { $0.hasSuffix(landmark) }.map { String($0.dropLast(landmark.count)) }
        .filter { $0.isEmpty || $0.hasSuffix(".") }.min { $0.count < $1.count }
    }
    if card?.text != nil {
      self.init(scheme: .own, prefix: "\(ModelCard.textPrefix).")
    } else if let prefix = prefix("embeddings.token_embedding.weight") {
      self.init(scheme: .transformers, prefix: prefix)
    } else if let prefix = prefix("token_embedding.weight") {
      self.init(scheme: .openAI, prefix: prefix)
    } else {
      throw CheckpointError.file(
        checkpoint.path, "holds no CLIP text transformer, give a CLIP checkpoint with both towers")
    }
  }

  /// Whether weights that are not the workbench's own have a text tower.
  static func isThere(in checkpoint: CheckpointFolder) -> Bool { (try? TextLayout(checkpoint, card: nil)) != nil }

  init(scheme: Scheme, prefix: String) {
    self.scheme = scheme
    self.prefix = prefix
  }

  func places(_ name: String) -> [TensorPlace] {
    switch scheme {
    case .own: return [TensorPlace(names: [prefix + name])]
    case .transformers:
      switch name {
      case "token_embedding.weight": return [TensorPlace(names: ["\(prefix)embeddings.token_embedding.weight"])]
      case "positional_embedding": return [TensorPlace(names: ["\(prefix)embeddings.position_embedding.weight"])]
      case "ln_final.weight": return [TensorPlace(names: ["\(prefix)final_layer_norm.weight"])]
      case "ln_final.bias": return [TensorPlace(names: ["\(prefix)final_layer_norm.bias"])]
      case "text_projection.weight":
        let outside = prefix.hasSuffix("text_model.") ? String(prefix.dropLast("text_model.".count)) : prefix
        return [TensorPlace(names: ["\(outside)text_projection.weight"])]
      default: return NameScheme.transformersCLIP.places(name, prefix: prefix)
      }
    case .openAI:
      switch name {
      case "token_embedding.weight", "positional_embedding", "ln_final.weight", "ln_final.bias":
        return [TensorPlace(names: [prefix + name])]
      case "text_projection.weight":
        return [
          TensorPlace(names: ["\(prefix)text_projection"], isTransposed: true),
          TensorPlace(names: ["\(prefix)text_projection.weight"]),
        ]
      default: return NameScheme.openAI.places(name, prefix: prefix)
      }
    }
  }

  /// Whether a name belongs to the text tower, so that it must not be left over.
  func isOurs(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = name.dropFirst(prefix.count)
    let others = [
      "visual.", "logit_scale", "logit_bias", "input_resolution", "context_length", "vocab_size", "attn_mask",
      "embeddings.position_ids",
    ]
    return !others.contains { rest.hasPrefix($0) } && !rest.hasPrefix("vision_model.")
  }

  func logitScale(_ checkpoint: CheckpointFolder) throws -> Float? {
    try checkpoint.names.first { $0 == "logit_scale" || $0.hasSuffix(".logit_scale") }
      .flatMap { try checkpoint.floats($0).first }
  }

  /// From `config.json` where it speaks of the text tower, from names and shapes otherwise.
  func configuration(_ checkpoint: CheckpointFolder, reader: TowerReader) throws -> TextTransformerConfiguration {
    func unfit(_ what: String) -> CheckpointError { CheckpointError.file(checkpoint.path, what) }
    guard let table = reader.shape("token_embedding.weight"), table.count == 2,
      let positions = reader.shape("positional_embedding"), positions.count == 2,
      let projection = reader.shape("text_projection.weight"), projection.count == 2
    else {
      throw unfit("lacks token embedding, positions or projection of its text tower, give a whole CLIP checkpoint")
    }
    let source = checkpoint.configuration(for: scheme == .openAI ? .openAI : .transformersCLIP)
    let whole = source?.content
    let tower = whole?["text_config"] ?? (whole?["model_type"]?.string == "clip_text_model" ? whole : nil)
    let other = whole?["model_cfg"]?["text_cfg"]
    let width = table[1]
    let heads = tower?["num_attention_heads"]?.integer ?? other?["heads"]?.integer
    guard let heads = heads ?? (width % 64 == 0 ? width / 64 : nil) else {
      throw unfit("does not say how many heads its text width of \(width) has, put its config.json beside it")
    }
    var activation = Activation.quickGELU
    switch tower?["hidden_act"]?.string {
    case "gelu": activation = .gelu
    case "quick_gelu", nil: break
    case .some(let name): throw unfit("has hidden_act \(name) for its text tower, read are gelu and quick_gelu")
    }
    if let model = whole?["model_cfg"], model["quick_gelu"]?.bool != true { activation = .gelu }
    // transformers took the highest number as the end until it wrote 2 here for CLIP; the weights never changed.
    let end = tower?["eos_token_id"]?.integer.flatMap { $0 == 2 ? nil : Int32(exactly: $0) }
    return TextTransformerConfiguration(
      vocabularySize: table[0], contextLength: positions[0], width: width,
      depth: tower?["num_hidden_layers"]?.integer ?? depth(checkpoint), heads: heads,
      hidden: reader.shape("blocks.0.mlp.fc1.weight")?.first, activation: activation,
      layerNormEpsilon: tower?["layer_norm_eps"]?.double.map { Float($0) } ?? 1e-5, projection: projection[0],
      endToken: end.flatMap { Int($0) < table[0] && $0 >= 0 ? $0 : nil })
  }

  private func depth(_ checkpoint: CheckpointFolder) -> Int {
    TowerLayout(scheme: scheme == .transformers ? .transformersCLIP : .openAI, prefix: prefix).depth(in: checkpoint)
  }
}
