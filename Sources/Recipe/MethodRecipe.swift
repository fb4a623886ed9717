/// The parts that a method consists of.
package struct MethodRecipe: Equatable, Sendable {
  package let encoding: EncodingKind
  package let mask: MaskRecipe
  package let target: MethodTarget
  package let head: HeadKind
  package let loss: LossKind
  package let tokens: LossTokens
  package let student: StudentRecipe

  package init(
    encoding: EncodingKind = .dense, mask: MaskRecipe = .beit, target: MethodTarget, head: HeadKind = .linear,
    loss: LossKind, tokens: LossTokens, student: StudentRecipe = .beit
  ) {
    self.encoding = encoding
    self.mask = mask
    self.target = target
    self.head = head
    self.loss = loss
    self.tokens = tokens
    self.student = student
  }
}

/// Which patches are masked, and how many.
package struct MaskRecipe: Equatable, Sendable {
  package let kind: MaskKind
  /// Of all patches, in 0..<1.
  package let share: Double
  /// The smallest block is so small a part of what is masked; nil: BEiT's.
  package let blocks: Int?

  package init(kind: MaskKind, share: Double, blocks: Int? = nil) {
    self.kind = kind
    self.share = share
    self.blocks = blocks
  }

  /// 75 of 196 patches in blocks (microsoft/unilm, `beit/README.md`).
  package static let beit = MaskRecipe(kind: .blockwise, share: 75.0 / 196.0)
  /// Three quarters, each set of them as likely (facebookresearch/mae, `PRETRAIN.md`).
  package static let mae = MaskRecipe(kind: .random, share: 0.75)
  /// Half, in blocks (lxtGH/CAE, `scripts/cae_base_800e.sh`).
  package static let cae = MaskRecipe(kind: .blockwise, share: 0.5)
  /// 78 of 196 patches in blocks of 15 or more (facebookresearch/SlowFast, `slowfast/datasets/imagenet.py`).
  package static let maskFeat = MaskRecipe(kind: .blockwise, share: 0.4, blocks: 5)
}

/// What a method asks of its student beside sizes.
package struct StudentRecipe: Equatable, Sendable {
  /// Initial value of the layer scale; nil: none.
  package let layerScale: Double?
  package let positions: PositionEmbedding
  package let relativePositionBias: Bool
  package let qkvBias: QKVBias
  package let initialValues: InitialValues

  package init(
    layerScale: Double?, positions: PositionEmbedding, relativePositionBias: Bool, qkvBias: QKVBias,
    initialValues: InitialValues
  ) {
    self.layerScale = layerScale
    self.positions = positions
    self.relativePositionBias = relativePositionBias
    self.qkvBias = qkvBias
    self.initialValues = initialValues
  }

  /// microsoft/unilm, `beit/modeling_pretrain.py`, its base model.
  package static let beit = StudentRecipe(
    layerScale: 0.1, positions: .none, relativePositionBias: true, qkvBias: .queryValue, initialValues: .beit)
  /// A plain ViT with learned positions and no layer scale: DINO's (facebookresearch/dino, `vision_transformer.py`).
  package static let plain = StudentRecipe(
    layerScale: nil, positions: .learned, relativePositionBias: false, qkvBias: .full, initialValues: .beit)
  /// The same (facebookresearch/SlowFast, `slowfast/models/masked.py`, `config/defaults.py`).
  package static let maskFeat = plain
  /// lxtGH/CAE, `models/modeling_cae_helper.py`, `scripts/cae_base_800e.sh`.
  package static let cae = StudentRecipe(
    layerScale: 0.1, positions: .sinCosRows, relativePositionBias: false, qkvBias: .queryValue,
    initialValues: .xavierLayers)
  /// facebookresearch/mae, `models_mae.py`.
  package static let mae = StudentRecipe(
    layerScale: nil, positions: .sinCos, relativePositionBias: false, qkvBias: .full, initialValues: .xavier)
}
