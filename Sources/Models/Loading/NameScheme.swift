/// How a library names the tensors of a vision transformer.
enum NameScheme: String {
  /// The workbench, timm, BEiT, DINO and DINOv2 as their authors published them.
  case timm
  case transformersCLIP
  /// ViT, DINO, DINOv2 and BEiT in transformers.
  case transformersViT
  case openAI

  var title: String {
    switch self {
    case .timm: "timm and DINO names"
    case .transformersCLIP, .transformersViT: "transformers names"
    case .openAI: "OpenAI and open_clip names"
    }
  }

  /// A name that every model of the scheme has, by which the scheme and what stands before its names are recognised.
  var landmark: String {
    switch self {
    case .timm: "patch_embed.proj.weight"
    case .transformersCLIP: "embeddings.patch_embedding.weight"
    case .transformersViT: "embeddings.patch_embeddings.projection.weight"
    case .openAI: "conv1.weight"
    }
  }

  /// A second name, so that a chance hit on the landmark is no match.
  var witness: String {
    switch self {
    case .timm: "cls_token"
    case .transformersCLIP: "embeddings.class_embedding"
    case .transformersViT: "embeddings.cls_token"
    case .openAI: "class_embedding"
    }
  }

  /// What stands before the number of a block.
  var blockPrefixes: [String] {
    switch self {
    case .timm: ["blocks."]
    case .transformersCLIP: ["encoder.layers."]
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
        "dino_head.", "decode_head.", "auxiliary_head.", "fpn", "encode_task_layer.", "decode_task_layer.", "quantize.",
      ]
    case .transformersCLIP: ["embeddings.position_ids"]
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
