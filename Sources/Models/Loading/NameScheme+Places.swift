extension NameScheme {
  /// Where to look for one of our parameters, best place first.
  /// - Parameters:
  ///   - name: ours, e.g. `blocks.3.attn.qkv.weight`
  ///   - prefix: what the checkpoint puts before its names
  ///   - chunks: what stands before a block's number where blocks are kept in chunks (`blocks.0.`)
  func places(_ name: String, prefix: String, chunks: [String] = []) -> [TensorPlace] {
    let parts = name.split(separator: ".", maxSplits: 2)
    if parts.count == 3, parts[0] == "blocks" {
      return (blockPrefixes + chunks).flatMap { block in
        blockPlaces(String(parts[2])).map { place in
          TensorPlace(names: place.names.map { "\(prefix)\(block)\(parts[1]).\($0)" }, isTransposed: place.isTransposed)
        }
      }
    }
    return topPlaces(name).map { place in
      TensorPlace(
        // A leading slash marks a name that stands outside the tower.
        names: place.names.map { $0.hasPrefix("/") ? outside(prefix) + $0.dropFirst() : prefix + $0 },
        isTransposed: place.isTransposed)
    }
  }

  /// The prefix of the whole model, for what stands beside the tower.
  private func outside(_ prefix: String) -> String {
    for tower in ["vision_model.", "beit.", "vit.", "dinov2.", "dinov2_with_registers.", "deit."]
    where prefix.hasSuffix(tower) {
      return String(prefix.dropLast(tower.count))
    }
    return prefix
  }

  private func topPlaces(_ name: String) -> [TensorPlace] {
    let (stem, last) = split(name)
    switch (self, name) {
    // DINOv2's own, timm's, and the token that DeiT distils into, which is a register to those who read features.
    case (.timm, "register_tokens"):
      return single(["register_tokens", "reg_token", "storage_tokens", "dist_token"])
    case (.transformersViT, "register_tokens"):
      return single(["embeddings.register_tokens", "embeddings.distillation_token"])
    case (.timm, _) where name.hasPrefix("attn_pool."): return timmPoolingPlaces(name, stem: stem, last: last)
    case (.transformersSigLIP, _) where name.hasPrefix("attn_pool."):
      return transformersPoolingPlaces(name, stem: stem, last: last)
    case (.timm, _): return [TensorPlace(names: [name])]
    case (.openAI, "head.weight"): return [TensorPlace(names: ["proj"], isTransposed: true)]
    case (.transformersCLIP, "head.weight"): return [TensorPlace(names: ["/visual_projection.weight"])]
    case (.transformersViT, "rel_pos_bias.relative_position_bias_table"):
      let table = "relative_position_bias_table"
      return single(["encoder.relative_position_bias.\(table)", "shared_position_bias.\(table)"])
    default: break
    }
    let tokens: [String: [NameScheme: String]] = [
      "cls_token": [
        .transformersCLIP: "embeddings.class_embedding", .transformersViT: "embeddings.cls_token",
        .transformersDINOv3: "embeddings.cls_token", .openAI: "class_embedding",
      ],
      "mask_token": [.transformersViT: "embeddings.mask_token", .transformersDINOv3: "embeddings.mask_token"],
      "register_tokens": [.transformersDINOv3: "embeddings.register_tokens"],
      "pos_embed": [
        .transformersCLIP: "embeddings.position_embedding.weight",
        .transformersSigLIP: "embeddings.position_embedding.weight",
        .transformersViT: "embeddings.position_embeddings", .openAI: "positional_embedding",
      ],
    ]
    let stems: [String: [NameScheme: [String]]] = [
      "patch_embed.proj": [
        .transformersCLIP: ["embeddings.patch_embedding"], .transformersSigLIP: ["embeddings.patch_embedding"],
        .transformersViT: ["embeddings.patch_embeddings.projection"],
        .transformersDINOv3: ["embeddings.patch_embeddings"], .openAI: ["conv1"],
      ],
      "norm_pre": [.transformersCLIP: ["pre_layrnorm"], .openAI: ["ln_pre"]],
      "norm": [
        .transformersCLIP: ["post_layernorm"], .transformersSigLIP: ["post_layernorm"],
        .transformersViT: ["layernorm", "/layernorm"], .transformersDINOv3: ["norm"], .openAI: ["ln_post"],
      ],
    ]
    if let names = tokens[name] { return names[self].map { [TensorPlace(names: [$0])] } ?? [] }
    return (stems[stem]?[self] ?? []).map { TensorPlace(names: ["\($0).\(last)"]) }
  }

  /// The same inside a block; `name` has lost `blocks.N.`.
  private func blockPlaces(_ name: String) -> [TensorPlace] {
    let (stem, last) = split(name)
    switch self {
    case .timm: return timmBlockPlaces(name, stem: stem, last: last)
    case .transformersDINOv3: return transformersDINOv3Places(name, stem: stem, last: last)
    case .transformersCLIP, .transformersSigLIP:
      if stem == "attn.qkv" { return [TensorPlace(names: ["q", "k", "v"].map { "self_attn.\($0)_proj.\(last)" })] }
      let stems = [
        "norm1": "layer_norm1", "norm2": "layer_norm2", "attn.proj": "self_attn.out_proj", "mlp.fc1": "mlp.fc1",
        "mlp.fc2": "mlp.fc2",
      ]
      return single(stems[stem].map { ["\($0).\(last)"] } ?? [])
    case .openAI:
      if stem == "attn.qkv" { return single(["attn.in_proj_\(last)"]) }
      let stems = [
        "norm1": "ln_1", "norm2": "ln_2", "attn.proj": "attn.out_proj", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
      ]
      return single(stems[stem].map { ["\($0).\(last)"] } ?? [])
    case .transformersViT: return transformersViTPlaces(name, stem: stem, last: last)
    }
  }

  /// As files have them, then as transformers 5 names them in memory.
  private func transformersViTPlaces(_ name: String, stem: String, last: String) -> [TensorPlace] {
    switch name {
    case "gamma_1": return single(["lambda_1", "layer_scale1.lambda1"])
    case "gamma_2": return single(["lambda_2", "layer_scale2.lambda1"])
    case "attn.q_bias": return single(["attention.attention.query.bias", "attention.q_proj.bias"])
    case "attn.relative_position_bias_table":
      return single(["attention.attention.relative_position_bias.relative_position_bias_table"])
    case "attn.v_bias": return single(["attention.attention.value.bias", "attention.v_proj.bias"])
    default: break
    }
    if stem == "attn.qkv" {
      return [
        TensorPlace(names: ["query", "key", "value"].map { "attention.attention.\($0).\(last)" }),
        TensorPlace(names: ["q", "k", "v"].map { "attention.\($0)_proj.\(last)" }),
      ]
    }
    let stems = [
      "norm1": ["layernorm_before", "norm1"], "norm2": ["layernorm_after", "norm2"],
      "attn.proj": ["attention.output.dense", "attention.o_proj"],
      "mlp.fc1": ["intermediate.dense", "mlp.fc1", "mlp.weights_in"],
      "mlp.fc2": ["output.dense", "mlp.fc2", "mlp.weights_out", "mlp.down_proj"],
    ]
    // TIPS gates as DINOv2 does, in two layers.
    let gated = stem == "mlp.fc1" ? [TensorPlace(names: ["gate", "up"].map { "mlp.\($0)_proj.\(last)" })] : []
    return single((stems[stem] ?? []).map { "\($0).\(last)" }) + gated
  }

  func single(_ names: [String]) -> [TensorPlace] { names.map { TensorPlace(names: [$0]) } }

  private func split(_ name: String) -> (stem: String, last: String) {
    guard let dot = name.lastIndex(of: ".") else { return (name, "") }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}
