import Recipe
import Tensors

/// One vision transformer: BEiT's student, CLIP's image tower, DINO's and DINOv2's backbone are settings of the same
/// class.
package struct VisionTransformerConfiguration: Codable, Equatable, Sendable {
  /// Of a picture, in pixels.
  package var imageSize: PlaneSize
  /// Pixels along each side of a patch.
  package var patchSize: Int
  package var width: Int
  package var depth: Int
  package var heads: Int
  /// Width of the MLPs' middle over `width`.
  package var mlpRatio: Float
  package var activation: Activation
  package var layerNormEpsilon: Float
  /// CLIP's layer norm before the first block.
  package var preNorm: Bool
  package var patchBias: Bool
  package var qkvBias: QKVBias
  /// Initial layer scale; nil for none.
  package var layerScale: Float?
  package var positions: PositionEmbedding
  /// BEiT's bias of attention scores by relative position, one table shared by all blocks.
  package var relativePositionBias: Bool
  /// Whether every block has a table of its own in place of the shared one, as BEiT's fine-tuned models do.
  package var blockPositionTables: Bool
  package var maskToken: Bool
  /// Tokens beside CLS and patches, which no output has.
  package var registers: Int
  package var finalNorm: Bool
  /// Outputs of CLIP's projection; nil for none.
  package var projection: Int?
  /// Rate of stochastic depth at the last block.
  package var dropPath: Float
  package var initialValues: InitialValues
  /// Positions by turning queries and keys; nil for none.
  package var rotary: RotaryPositions?
  /// Whether MLPs are gated, as SwiGLU is; nil: no.
  package var gatedMLP: Bool?
  /// Whether gated MLPs have a layer norm in their middle; nil: no.
  package var mlpNorm: Bool?
  /// Whether attention has a layer norm before its projection; nil: no.
  package var attentionNorm: Bool?
  /// Whether the projection has a bias; nil: no.
  package var projectionBias: Bool?
  /// What stands in the place of CLS; nil for a model that has CLS.
  package var pooling: TokenPooling?
  /// Of a picture; nil: 3, red, green and blue. See ``channels``.
  private var channelCount: Int?

  package init(
    imageSize: PlaneSize = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12,
    mlpRatio: Float = 4,
    activation: Activation = .gelu, layerNormEpsilon: Float = 1e-6, preNorm: Bool = false, patchBias: Bool = true,
    qkvBias: QKVBias = .full, layerScale: Float? = nil, positions: PositionEmbedding = .learned,
    relativePositionBias: Bool = false, blockPositionTables: Bool = false, maskToken: Bool = false, registers: Int = 0,
    finalNorm: Bool = true, projection: Int? = nil, dropPath: Float = 0, initialValues: InitialValues = .beit
  ) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.width = width
    self.depth = depth
    self.heads = heads
    self.mlpRatio = mlpRatio
    self.activation = activation
    self.layerNormEpsilon = layerNormEpsilon
    self.preNorm = preNorm
    self.patchBias = patchBias
    self.qkvBias = qkvBias
    self.layerScale = layerScale
    self.positions = positions
    self.relativePositionBias = relativePositionBias
    self.blockPositionTables = blockPositionTables
    self.maskToken = maskToken
    self.registers = registers
    self.finalNorm = finalNorm
    self.projection = projection
    self.dropPath = dropPath
    self.initialValues = initialValues
  }

  /// Names of the settings in files.
  enum CodingKeys: String, CodingKey {
    case imageSize, patchSize, width, depth, heads, mlpRatio, activation, layerNormEpsilon, preNorm, patchBias, qkvBias
    case layerScale, positions, relativePositionBias, blockPositionTables, maskToken, registers, finalNorm, projection,
      dropPath
    case initialValues, rotary, gatedMLP, mlpNorm, attentionNorm, projectionBias, pooling
    case channelCount = "channels"
  }

  /// Of a picture: 3 for red, green and blue.
  package var channels: Int {
    get { channelCount ?? 3 }
    set { channelCount = newValue == 3 ? nil : newValue }
  }
  /// Values of a patch.
  package var patchValues: Int { channels * patchSize * patchSize }

  /// Patches along each side.
  package var grid: PlaneSize { imageSize / patchSize }
  /// CLS and patches.
  package var tokens: Int { 1 + grid.area }
  /// Width of the MLPs' middle.
  package var hidden: Int { Int((Float(width) * mlpRatio).rounded()) }

  /// How the linear layers of a block begin.
  /// - Parameter index: of the block, from 0 on.
  func initialization(ofBlock index: Int) -> BlockInitialization {
    hasXavierLayers ? .xavier(width: width, hidden: hidden) : .beit(block: index)
  }

  /// Whether linear layers begin by their inputs and outputs.
  var hasXavierLayers: Bool { initialValues == .xavier || initialValues == .xavierLayers }

  var block: BlockShape {
    BlockShape(
      width: width, heads: heads, hidden: hidden, activation: activation, layerNormEpsilon: layerNormEpsilon,
      qkvBias: qkvBias, layerScale: layerScale,
      positionRows: relativePositionBias && blockPositionTables ? relativePositionRows(grid: grid) : nil,
      isGated: gatedMLP == true, mlpNorm: mlpNorm == true, attentionNorm: attentionNorm == true)
  }
}

extension VisionTransformerConfiguration {
  /// A student as BEiT has it: mask token, shared relative position bias and no absolute positions, no shift of the
  /// key.
  /// - Parameter layerScale: 0.1 for base models, 1e-5 for large ones.
  package static func beit(
    imageSize: PlaneSize = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12,
    layerScale: Float = 0.1
  ) -> VisionTransformerConfiguration {
    VisionTransformerConfiguration(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads, qkvBias: .queryValue,
      layerScale: layerScale, positions: .none, relativePositionBias: true, maskToken: true)
  }

  /// A plain ViT, DINO's backbone.
  package static func vit(
    imageSize: PlaneSize = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12
  ) -> VisionTransformerConfiguration {
    VisionTransformerConfiguration(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
  }

  /// CLIP's image tower.
  package static func clip(
    imageSize: PlaneSize = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12,
    projection: Int = 512,
    activation: Activation = .quickGELU
  ) -> VisionTransformerConfiguration {
    VisionTransformerConfiguration(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads, activation: activation,
      layerNormEpsilon: 1e-5, preNorm: true, patchBias: false, projection: projection)
  }

  /// What makes the figures unfit for a model, as a clause for an error; nil when nothing does.
  package var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("imageSize", imageSize.shorter, 1...8192), ("imageSize", imageSize.longer, 1...8192),
      ("patchSize", patchSize, 1...1024), ("width", width, 1...16384),
      ("depth", depth, 1...256), ("heads", heads, 1...1024), ("projection", projection ?? 1, 1...65536),
      ("channels", channels, 1...PixelNormalization.mostChannels),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)"
    }
    if !mlpRatio.isFinite || mlpRatio <= 0 || mlpRatio > 64 { return "mlpRatio is \(mlpRatio), allowed is up to 64" }
    if !imageSize.isMultiple(of: patchSize) { return "imageSize \(imageSize) is no multiple of patchSize \(patchSize)" }
    if grid.longer > 256 {
      return "imageSize \(imageSize) makes \(grid.longer) patches of \(patchSize) pixels a side, allowed are 256"
    }
    if relativePositionBias, grid.longer > 64 {
      return "\(grid.longer) patches a side are more than the 64 of a relative position bias"
    }
    if !(0...64).contains(registers) { return "registers is \(registers), allowed are 0 to 64" }
    if registers > 0, relativePositionBias { return "registers have no place in a relative position bias" }
    if width % heads != 0 { return "width \(width) is no multiple of \(heads) heads" }
    if let rotary {
      if let problem = rotary.problem { return problem }
      let each = width / heads
      if each % 4 != 0 { return "heads of width \(each) are no multiple of 4, as rotary positions need" }
    }
    if pooling != nil, relativePositionBias { return "a relative position bias needs CLS" }
    if positions.isFixed, width % 4 != 0 {
      return "width \(width) is no multiple of 4, which sin-cos positions need"
    }
    if !(layerNormEpsilon >= 0 && layerNormEpsilon < 1) { return "layerNormEpsilon is \(layerNormEpsilon)" }
    if !(dropPath >= 0 && dropPath < 1) { return "dropPath is \(dropPath), allowed are 0 up to 1" }
    return nil
  }
}
