import Recipe

/// The vision transformer that is pre-trained: section `student`. The defaults are BEiT's ViT-B/16
/// (microsoft/unilm beit/modeling_pretrain.py).
package struct StudentSettings: Equatable, Sendable {
  /// Of a crop, in pixels.
  package var imageSize: PlaneSize = 224
  /// Edge of a patch in pixels.
  package var patchSize = 16
  /// Features of a token.
  package var width = 768
  /// Transformer blocks.
  package var depth = 12
  /// Attention heads of a block.
  package var heads = 12
  /// Hidden width of a block's MLP over `width`.
  package var mlpRatio = 4.0
  /// Initial value of the layer scale; nil: blocks have none.
  package var layerScale: Double? = 0.1
  /// Highest drop-path rate; it rises linearly with depth.
  package var dropPath = 0.0
  package var positions: PositionEmbedding = .none
  /// One relative position bias table shared by all blocks.
  package var relativePositionBias = true
  package var qkvBias: QKVBias = .queryValue
  package var initialValues: InitialValues = .beit

  /// What a new run's student begins with: weights, a checkpoint's folder, or a run, `run:SESSION/RUN`; nil: fresh
  /// values.
  package var weights: String?
  /// Which of several image towers in the weights; nil chooses by meaning.
  package var tower: String?
  /// CLIP's activation in place of GELU; nil: off.
  package var quickGELU: Bool?
  /// CLIP's norm before the first block; nil: none.
  package var preNorm: Bool?
  /// Of the layer norms; nil: 1e-6.
  package var normEpsilon: Double?
  /// Positions by turning queries and keys; nil: none.
  package var rotary: RotaryKind?
  /// MLPs gated as SwiGLU is; nil: plain.
  package var gatedMLP: Bool?
  /// A norm in the middle of gated MLPs; nil: none.
  package var mlpNorm: Bool?
  /// A norm before the projection of attention; nil: none.
  package var attentionNorm: Bool?

  package init() {}

  /// Patches down and across.
  package var grid: PlaneSize { imageSize / patchSize }
  /// Patches of a picture, CLS not counted.
  package var patches: Int { grid.area }
}

extension StudentSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("image_size", \.imageSize, .size(8...4096)),
      Setting("patch_size", \.patchSize, .integer(1...256)),
      Setting("width", \.width, .integer(1...16_384)),
      Setting("depth", \.depth, .integer(1...256)),
      Setting("heads", \.heads, .integer(1...1_024)),
      Setting("mlp_ratio", \.mlpRatio, .number(.between(0.01, 64))),
      Setting("layer_scale", \.layerScale, .optional("none", .number(.over(0, upTo: 1000)))),
      Setting("drop_path", \.dropPath, .number(.below(0, 1))),
      Setting("positions", \.positions, .choice()),
      Setting("relative_position_bias", \.relativePositionBias, .flag),
      Setting("qkv_bias", \.qkvBias, .choice()),
      Setting("initial_values", \.initialValues, .choice()),
      Setting(
        "weights", ifGiven: \.weights,
        .optional("none", .text("weights, a checkpoint's folder, or a run as run:SESSION/RUN or run:SESSION/RUN@STEP"))),
      Setting("tower", ifGiven: \.tower, .optional("auto", .text("the name of an image tower"))),
      Setting("quick_gelu", ifGiven: \.quickGELU, .optional("none", .flag)),
      Setting("pre_norm", ifGiven: \.preNorm, .optional("none", .flag)),
      Setting("norm_eps", ifGiven: \.normEpsilon, .optional("none", .number(.below(0, 1)))),
      Setting("rotary", ifGiven: \.rotary, .optional("none", .choice())),
      Setting("gated_mlp", ifGiven: \.gatedMLP, .optional("none", .flag)),
      Setting("mlp_norm", ifGiven: \.mlpNorm, .optional("none", .flag)),
      Setting("attention_norm", ifGiven: \.attentionNorm, .optional("none", .flag)),
    ]
  }
}
