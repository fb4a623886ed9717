extension ConfigurationFacts {
  /// How the configuration contradicts the names of the tensors, as a clause; nil if it does not. Sizes are compared
  /// with the shapes by ``TowerReader/check(_:_:isOurs:)``; this is what fits them by chance, as two ViT-B/16 of
  /// different training do.
  func conflict(with reader: TowerReader, scheme: NameScheme) -> String? {
    guard let source else { return nil }
    let hasPreNorm =
      switch scheme {
      case .transformersCLIP, .openAI: true
      case .transformersViT: false
      case .timm: reader.has("norm_pre.weight")
      }
    if let isCLIP, isCLIP != hasPreNorm {
      return isCLIP
        ? "describes a CLIP tower, which has a layer norm before its first block"
        : "describes a model of type \(modelType ?? source.kind.title), which has no layer norm before its first block"
    }
    if source.kind == .timm, scheme == .openAI || scheme == .transformersCLIP {
      return "is timm's, whose tensors have names of timm's"
    }
    let scales = reader.has("blocks.0.gamma_1")
    if let modelType, ["vit", "vit_mae", "deit"].contains(modelType), scales {
      return "describes a model of type \(modelType), which has no layer scale"
    }
    if let modelType, modelType.hasPrefix("dinov2"), !scales {
      return "describes a model of type \(modelType), which has layer scale"
    }
    if let hasQKVBias, modelType != "beit", hasQKVBias != reader.hasPart("blocks.0.attn.qkv.bias") {
      return "says qkv_bias \(hasQKVBias)"
    }
    return nil
  }
}
