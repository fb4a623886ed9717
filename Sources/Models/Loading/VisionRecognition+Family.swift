import Recipe
import Tensors

/// Which family the names, the shapes and the configuration of a checkpoint tell.
extension VisionRecognition {
  static func family(
    _ scheme: NameScheme, facts: ConfigurationFacts, checkpoint: CheckpointFolder, layout: TowerLayout,
    reader: TowerReader
  ) -> VisionFamily {
    let hasBEiTBias = reader.has(sharedTable) || reader.has(blockTable)
    switch scheme {
    case .transformersCLIP, .openAI: return .clip
    case .transformersSigLIP: return .siglip
    case .transformersDINOv3: return .dinov3
    case .timm:
      if reader.has("norm_pre.weight") { return .clip }
      if let known = timmFamily(facts, checkpoint: checkpoint, layout: layout, reader: reader) { return known }
      if checkpoint.has("\(layout.prefix)dist_token") { return .deit }
      if checkpoint.has("\(layout.prefix)decoder_pos_embed") { return .mae }
      if hasBEiTBias || checkpoint.has("\(layout.prefix)blocks.0.gamma_1") { return .beit }
      if let architecture = facts.architecture {
        return architecture.contains("dinov2") ? .dinov2 : architecture.contains("dino") ? .dino : .vit
      }
      return reader.has("blocks.0.gamma_1") ? .dinov2 : .dino
    case .transformersViT:
      if facts.modelType?.hasPrefix("dinov2") == true { return .dinov2 }
      if facts.modelType?.hasPrefix("tips") == true { return .tips }
      if facts.modelType == "ijepa" || !reader.has("cls_token") { return .ijepa }
      let hasDecoder = checkpoint.names.contains { $0.hasPrefix("decoder.decoder_layers.") }
      if facts.modelType == "vit_mae" || hasDecoder { return .mae }
      let hasDistillation = checkpoint.has("\(layout.prefix)embeddings.distillation_token")
      if facts.modelType == "deit" || hasDistillation { return .deit }
      if facts.modelType == "beit" || hasBEiTBias { return .beit }
      if reader.place("blocks.0.gamma_1")?.names.first?.hasSuffix("lambda1") == true { return .dinov2 }
      if reader.has("blocks.0.gamma_1") { return .beit }
      let isClassifier = checkpoint.names.contains {
        $0.hasSuffix("classifier.weight") || $0.hasSuffix("pooler.dense.weight")
      }
      return isClassifier ? .vit : .dino
    }
  }

  /// Whether a BEiT is one of the second version, which pre-trains by layers of its own behind CLS. Those that were
  /// tuned have lost them, and only the file's name tells.
  static func isBEiT2(_ checkpoint: CheckpointFolder, layout: TowerLayout) -> Bool {
    let name = checkpoint.path.split(separator: "/").last?.lowercased() ?? ""
    return name.contains("beitv2") || name.contains("beit2")
      || checkpoint.has("\(layout.prefix)cls_pt_layers.0.norm1.weight")
  }

  static func resampling(
    _ scheme: NameScheme, family: VisionFamily, facts: ConfigurationFacts, reader: TowerReader
  ) -> PositionResampling {
    switch scheme {
    case .transformersSigLIP where facts.modelType?.hasPrefix("siglip2") == true: .linear
    case .transformersViT where (family == .dinov2 || family == .tips) && reader.has("register_tokens"): .antialiased
    case .transformersCLIP, .transformersSigLIP, .transformersViT, .transformersDINOv3: .bySize
    case .openAI: .antialiased
    case .timm:
      if facts.architecture != nil || [.clip, .siglip, .eva].contains(family) {
        .antialiased
      } else if [.beit, .mae, .deit, .ijepa].contains(family) {
        .bySize
      } else if reader.has("register_tokens") {
        .antialiased
      } else {
        // timm leaves DINOv2's mask token out; its authors' files have it.
        family == .dino || reader.has("mask_token") ? .byFactor : .antialiased
      }
    }
  }

  /// Families that models under timm's names are told to be of by parts that others have not, or by the
  /// architecture's name; nil for the rest.
  private static func timmFamily(
    _ facts: ConfigurationFacts, checkpoint: CheckpointFolder, layout: TowerLayout, reader: TowerReader
  ) -> VisionFamily? {
    let named = facts.architecture ?? ""
    let first = "\(layout.prefix)blocks.0."
    if named.contains("dinov3") || checkpoint.has("\(layout.prefix)storage_tokens") { return .dinov3 }
    if reader.has("attn_pool.latent") || named.contains("siglip") { return .siglip }
    if named.contains("tips") || facts.modelType?.hasPrefix("tips") == true { return .tips }
    guard reader.has("cls_token") else { return named.isEmpty || named.contains("jepa") ? .ijepa : .vit }
    if named.hasPrefix("eva") { return .eva }
    // EVA-02's gated MLP stands beside positions; DINOv3's without.
    let isEVA =
      checkpoint.has("\(first)mlp.fc1_g.weight") || checkpoint.has("\(first)mlp.ffn_ln.weight")
      || checkpoint.has("\(first)attn.inner_attn_ln.weight") || checkpoint.has("\(layout.prefix)rope.freqs_cos")
    if isEVA, reader.has("pos_embed") { return .eva }
    let hasPositions = reader.has("pos_embed") || reader.has(sharedTable) || reader.has(blockTable)
    return !hasPositions && reader.has("register_tokens") ? .dinov3 : nil
  }
}
