/// How a library names the tensors of a vision transformer.
enum NameScheme: String {
  /// The workbench, timm, BEiT, DINO and DINOv2 as their authors published them.
  case timm
  case transformersCLIP
  /// SigLIP in transformers: CLIP's names, no CLS.
  case transformersSigLIP
  /// ViT, DINO, DINOv2, BEiT and I-JEPA in transformers.
  case transformersViT
  case transformersDINOv3
  case openAI

  var title: String {
    switch self {
    case .timm: "timm and DINO names"
    case .transformersCLIP, .transformersSigLIP, .transformersViT, .transformersDINOv3: "transformers names"
    case .openAI: "OpenAI and open_clip names"
    }
  }

  /// A name that every model of the scheme has, by which the scheme and what stands before its names are recognised.
  var landmark: String {
    switch self {
    case .timm: "patch_embed.proj.weight"
    case .transformersCLIP, .transformersSigLIP: "embeddings.patch_embedding.weight"
    case .transformersDINOv3: "embeddings.patch_embeddings.weight"
    case .transformersViT: "embeddings.patch_embeddings.projection.weight"
    case .openAI: "conv1.weight"
    }
  }

  /// The name of CLS, so that a chance hit on the landmark is no match; nil for models that have none.
  var cls: String? {
    switch self {
    case .timm: "cls_token"
    case .transformersCLIP: "embeddings.class_embedding"
    case .transformersSigLIP: nil
    case .transformersViT, .transformersDINOv3: "embeddings.cls_token"
    case .openAI: "class_embedding"
    }
  }

  /// What a tower without CLS is known by beside the landmark, any of these; none where there is no such model.
  var witnessesWithoutCLS: [String] {
    switch self {
    case .timm: ["blocks.0.attn.qkv.weight", "blocks.0.attn.q_proj.weight"]
    case .transformersSigLIP: ["post_layernorm.weight"]
    case .transformersViT: ["embeddings.position_embeddings"]
    case .transformersCLIP, .transformersDINOv3, .openAI: []
    }
  }

  /// Names that speak against a tower without CLS: it has one under another name, or had one.
  var witnessesOfCLS: [String] {
    switch self {
    case .transformersSigLIP: ["embeddings.class_embedding", "pre_layrnorm.weight"]
    case .transformersViT: ["embeddings.mask_token"]
    case .timm, .transformersCLIP, .transformersDINOv3, .openAI: []
    }
  }

  /// What stands before the number of a block.
  var blockPrefixes: [String] {
    switch self {
    case .timm: ["blocks."]
    case .transformersCLIP, .transformersSigLIP: ["encoder.layers."]
    case .transformersDINOv3: ["layer.", "model.layer."]
    case .transformersViT: ["encoder.layer.", "layers."]
    case .openAI: ["transformer.resblocks."]
    }
  }

  /// Parts of a model that a backbone does without: other heads, decoders, buffers.
  var ignored: [String] {
    switch self {
    case .timm:
      [
        "head.", "head_dist.", "fc.", "fc_norm.", "lm_head.", "decoder", "rel_pos_bias.relative_position_index",
        "projection_head.",
        "dino_head.", "ibot_head.", "decode_head.", "rope.", "rope_embed.", "local_cls_norm.", "logit_scale",
        "logit_bias", "auxiliary_head.", "fpn", "encode_task_layer.", "decode_task_layer.", "quantize.",
        "cls_pt_layers.",
      ]
    case .transformersCLIP, .transformersSigLIP: ["embeddings.position_ids"]
    case .transformersDINOv3: ["rope_embeddings."]
    case .transformersViT:
      [
        "pooler.", "classifier.", "cls_classifier.", "distillation_classifier.", "lm_head.", "decoder.",
        "encoder.relative_position_bias.relative_position_index",
      ]
    case .openAI: []
    }
  }
}

/// Where a parameter stands in a checkpoint: tensors stacked along the first axis, then perhaps transposed.
struct TensorPlace: Equatable {
  var names: [String]
  var isTransposed = false
}
