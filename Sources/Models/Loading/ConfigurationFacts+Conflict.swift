extension ConfigurationFacts {
  /// How the configuration contradicts the names of the tensors, as a clause; nil if it does not. Sizes are compared
  /// with the shapes by ``TowerReader/check(_:_:isOurs:)``; this is what fits them by chance, as two ViT-B/16 of
  /// different training do.
  func conflict(with reader: TowerReader, scheme: NameScheme) -> String? {
    guard let source else { return nil }
    let hasPreNorm =
      switch scheme {
      case .transformersCLIP, .openAI: true
      case .transformersSigLIP, .transformersViT, .transformersDINOv3: false
      case .timm: reader.has("norm_pre.weight")
      }
    if let isCLIP, isCLIP != hasPreNorm {
      return isCLIP
        ? "describes a CLIP tower, which has a layer norm before its first block"
        : "describes a model of type \(modelType ?? source.kind.title), which has no layer norm before its first block"
    }
    if source.kind == .timm, [.openAI, .transformersCLIP, .transformersSigLIP, .transformersDINOv3].contains(scheme) {
      return "is timm's, whose tensors have names of timm's"
    }
    let gates = reader.rows("blocks.0.mlp.fc1.weight") != reader.shape("blocks.0.mlp.fc2.weight")?.last
    if let isGated, isGated != gates {
      return isGated ? "describes a model with SwiGLU blocks" : "describes a model with plain MLPs"
    }
    let scales = reader.has("blocks.0.gamma_1")
    if let modelType, ["vit", "vit_mae", "deit"].contains(modelType), scales {
      return "describes a model of type \(modelType), which has no layer scale"
    }
    if let modelType, modelType.hasPrefix("dinov"), !scales {
      return "describes a model of type \(modelType), which has layer scale"
    }
    if let hasQKVBias, modelType != "beit",
      hasQKVBias != (reader.hasPart("blocks.0.attn.qkv.bias") || reader.has("blocks.0.attn.q_bias"))
    {
      return "says qkv_bias \(hasQKVBias)"
    }
    return nil
  }
}
