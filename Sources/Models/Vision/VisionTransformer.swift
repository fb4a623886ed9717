import Tensors

/// A vision transformer: patches to tokens, blocks, final norm, and CLIP's projection where the configuration has one.
///
/// Parameters bear the names that timm and BEiT use (`blocks.0.attn.qkv.weight`), so exports load there.
package final class VisionTransformer: Module {
  package let configuration: VisionTransformerConfiguration
  package let device: any ComputeDevice

  /// [C p p -> D], the patch embedding as a linear layer.
  package let patchEmbedding: Linear
  /// [D]; zeros, and no parameter, for a model without CLS.
  package let clsToken: Tensor
  /// [D]
  package let maskToken: Tensor?
  /// [1+M, D]; a parameter where learned, fixed where sin-cos.
  package let positions: Tensor?
  /// [R, D]; nil for a model without.
  package let registers: Tensor?
  package let preNorm: LayerNorm?
  /// [(2h-1)(2w-1)+3, H]
  package let relativePositionTable: Tensor?
  package let blocks: [Block]
  package let norm: LayerNorm?
  /// What stands in the place of CLS; nil for a model with CLS, or where that is the patches' mean.
  package let pooler: AttentionPooling?
  /// [D -> P], CLIP's.
  package let projection: Linear?
  private lazy var relativeIndex = relativePositionIndex(grid: configuration.grid)

  /// A fresh model, every value a function of `seed` and the parameter's name.
  /// - Parameter configuration: must be sound, see ``VisionTransformerConfiguration/problem``.
  package convenience init(_ configuration: VisionTransformerConfiguration, device: any ComputeDevice, seed: UInt64) {
    self.init(configuration, device: device, source: RandomParameters(device: device, seed: seed))
    if configuration.initialValues == .width { initializeByWidth(seed: seed) }
  }

  init(_ configuration: VisionTransformerConfiguration, device: any ComputeDevice, source: any ParameterSource) {
    let scope = ParameterScope(source)
    let width = configuration.width
    let epsilon = configuration.layerNormEpsilon
    self.configuration = configuration
    self.device = device
    let isXavier = configuration.initialValues == .xavier
    let token: Initialization = isXavier ? .maeToken : .beit
    let hasCLS = configuration.pooling == nil
    clsToken = hasCLS ? scope.parameter("cls_token", [width], token) : .zeros([width], device: device)
    maskToken = configuration.maskToken ? scope.parameter("mask_token", [width], token) : nil
    switch configuration.positions {
    case .learned: positions = scope.parameter("pos_embed", [configuration.tokens, width], token)
    case .sinCos, .sinCosRows:
      let values = sinCosPositions(
        grid: configuration.grid, width: width, rowsFirst: configuration.positions == .sinCosRows)
      positions = Tensor(values, shape: [configuration.tokens, width], device: device)
    case .none: positions = nil
    }
    registers =
      configuration.registers > 0
      ? scope.parameter("register_tokens", [configuration.registers, width], token) : nil
    let patchValues = configuration.patchValues
    patchEmbedding = Linear(
      patchValues, width, bias: configuration.patchBias, in: scope.child("patch_embed.proj"),
      weight: isXavier ? .xavier(patchValues, width) : .beit)
    preNorm = configuration.preNorm ? LayerNorm(width, epsilon: epsilon, in: scope.child("norm_pre")) : nil
    let hasTable = configuration.relativePositionBias && !configuration.blockPositionTables
    relativePositionTable =
      hasTable
      ? scope.parameter(
        "rel_pos_bias.relative_position_bias_table",
        [relativePositionRows(grid: configuration.grid), configuration.heads], .zeros) : nil
    let rotation = configuration.rotary?.rotation(
      grid: configuration.grid, headWidth: width / configuration.heads, hasCLS: hasCLS,
      registers: configuration.registers, device: device)
    blocks = (0..<configuration.depth).map {
      Block(
        configuration.block, rotation: rotation, in: scope.child("blocks.\($0)"),
        initialization: configuration.initialization(ofBlock: $0))
    }
    norm = configuration.finalNorm ? LayerNorm(width, epsilon: epsilon, in: scope.child("norm")) : nil
    pooler =
      configuration.pooling == .attention
      ? AttentionPooling(
        configuration.block, in: scope.child("attn_pool"),
        initialization: configuration.initialization(ofBlock: configuration.depth - 1)) : nil
    projection = configuration.projection.map {
      Linear(width, $0, bias: configuration.projectionBias == true, in: scope.child("head"))
    }
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    func one(_ name: String, _ tensor: Tensor?) -> [NamedTensor] {
      tensor.map { [NamedTensor(name: joined(prefix, name), tensor: $0)] } ?? []
    }
    var all = one("cls_token", hasCLS ? clsToken : nil) + one("mask_token", maskToken)
    if configuration.positions == .learned { all += one("pos_embed", positions) }
    all += one("register_tokens", registers)
    all += patchEmbedding.parameters(prefix: joined(prefix, "patch_embed.proj"))
    all += preNorm?.parameters(prefix: joined(prefix, "norm_pre")) ?? []
    all += one("rel_pos_bias.relative_position_bias_table", relativePositionTable)
    for (index, block) in blocks.enumerated() { all += block.parameters(prefix: joined(prefix, "blocks.\(index)")) }
    all += norm?.parameters(prefix: joined(prefix, "norm")) ?? []
    all += pooler?.parameters(prefix: joined(prefix, "attn_pool")) ?? []
    return all + (projection?.parameters(prefix: joined(prefix, "head")) ?? [])
  }

  /// Names and shapes of all parameters of a configuration, without making any.
  package static func parameterShapes(
    of configuration: VisionTransformerConfiguration, device: any ComputeDevice
  ) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    _ = VisionTransformer(configuration, device: device, source: recorder)
    return recorder.shapes
  }

  /// A frozen copy in memory of its own, for evaluations.
  package func copy() -> VisionTransformer {
    VisionTransformer(configuration, device: device, source: CopiedParameters(parameters()))
  }

  /// The relative position bias that all blocks share, [H, N, N].
  var sharedPositionBias: Tensor? { relativePositionTable.map(positionBias) }

  /// What a block adds to its scores, [H, N, N]: by its own table, or what all share.
  func positionBias(of block: Block, shared: Tensor?) -> Tensor? {
    block.selfAttention.relativePositionTable.map(positionBias) ?? shared
  }

  private func positionBias(_ table: Tensor) -> Tensor {
    relativePositionBias(table: table, index: relativeIndex, tokens: configuration.tokens)
  }
}

/// Gives a module copies of another's parameters.
final class CopiedParameters: ParameterSource {
  private let originals: [String: Tensor]

  init(_ parameters: [NamedTensor]) {
    originals = Dictionary(parameters.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  func parameter(_ name: String, shape: [Int], _ initialization: Initialization) -> Tensor {
    guard let original = originals[name] else { preconditionFailure("\(name) is no parameter of the model copied") }
    return original.copy()
  }
}
