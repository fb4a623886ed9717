import Tensors

extension VisionTransformerConfiguration {
  /// The same model as it is fine-tuned: without mask token and projection, with a table of relative positions in every
  /// block where all shared one, and with sine positions that are learned from now on.
  ///
  /// Sources: microsoft/unilm `beit/modeling_finetune.py`, facebookresearch/mae `models_vit.py`.
  /// - Parameters:
  ///   - finalNorm: whether tokens go through the final norm, as the CLS token does that is classified; BEiT's mean of
  ///     the patches has a norm of its own.
  package func finetuned(finalNorm: Bool, dropPath: Float) -> VisionTransformerConfiguration {
    var tuned = self
    tuned.maskToken = false
    tuned.projection = nil
    tuned.blockPositionTables = relativePositionBias
    if positions.isFixed { tuned.positions = .learned }
    tuned.finalNorm = finalNorm
    // A pooling head works on tokens behind the final norm.
    if !finalNorm, pooling != nil { tuned.pooling = .mean }
    tuned.dropPath = dropPath
    return tuned
  }
}

extension VisionTransformer {
  /// A trainable copy in another configuration of the same shape: what this model has keeps its values, every block
  /// begins with a copy of the shared table, and what is new begins as in a fresh model of that seed.
  package func adapted(to configuration: VisionTransformerConfiguration, seed: UInt64) -> VisionTransformer {
    VisionTransformer(
      configuration, device: device,
      source: AdaptedParameters(self, fresh: RandomParameters(device: device, seed: seed))
    )
  }
}

/// Gives a model the parameters of another one, fresh ones where that has none.
private final class AdaptedParameters: ParameterSource {
  private let originals: [String: Tensor]
  private let sharedTable: Tensor?
  private let fresh: RandomParameters

  init(_ model: VisionTransformer, fresh: RandomParameters) {
    let fixed = model.positions.map { [NamedTensor(name: "pos_embed", tensor: $0)] } ?? []
    originals = Dictionary(
      (model.parameters() + fixed).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    sharedTable = model.relativePositionTable
    self.fresh = fresh
  }

  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    let shared = name.hasSuffix("attn.relative_position_bias_table") ? sharedTable : nil
    guard let original = originals[name] ?? shared, original.shape == shape else {
      return fresh.parameter(name, shape: shape, initialization)
    }
    let copy = original.copy()
    copy.requiresGradient = true
    return copy
  }
}
