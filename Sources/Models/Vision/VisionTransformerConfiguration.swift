import Tensors

/// Where a vision transformer takes absolute positions from.
public enum PositionEmbedding: String, Sendable, Codable, CaseIterable {
  case learned
  /// Fixed 2-D sines and cosines, as MAE has them; not trained, not stored.
  case sinCos
  case none
}

/// One vision transformer: BEiT's student, CLIP's image tower, DINO's and DINOv2's backbone are settings of the same class.
public struct VisionTransformerConfiguration: Codable, Equatable, Sendable {
  /// Pixels along each side of a picture.
  public var imageSize = 224
  /// Pixels along each side of a patch.
  public var patchSize = 16
  public var width = 768
  public var depth = 12
  public var heads = 12
  /// Width of the MLPs' middle over `width`.
  public var mlpRatio: Float = 4
  public var activation = Activation.gelu
  public var layerNormEpsilon: Float = 1e-6
  /// CLIP's layer norm before the first block.
  public var preNorm = false
  public var patchBias = true
  public var qkvBias = QKVBias.full
  /// Initial layer scale; nil for none.
  public var layerScale: Float?
  public var positions = PositionEmbedding.learned
  /// BEiT's bias of attention scores by relative position, one table shared by all blocks.
  public var relativePositionBias = false
  public var maskToken = false
  public var finalNorm = true
  /// Outputs of CLIP's projection, which has no bias; nil for none.
  public var projection: Int?
  /// Rate of stochastic depth at the last block.
  public var dropPath: Float = 0

  public init() {}

  enum CodingKeys: String, CodingKey {
    case imageSize, patchSize, width, depth, heads, mlpRatio, activation, layerNormEpsilon, preNorm, patchBias, qkvBias
    case layerScale, positions, relativePositionBias, maskToken, finalNorm, projection, dropPath
  }

  /// Patches along each side.
  public var grid: Int { imageSize / max(patchSize, 1) }
  /// CLS and patches.
  public var tokens: Int { 1 + grid * grid }
  /// Width of the MLPs' middle.
  public var hidden: Int { Int((Float(width) * mlpRatio).rounded()) }

  var block: BlockShape {
    BlockShape(
      width: width, heads: heads, hidden: hidden, activation: activation, layerNormEpsilon: layerNormEpsilon,
      qkvBias: qkvBias, layerScale: layerScale)
  }
}

extension VisionTransformerConfiguration {
  /// A student as BEiT has it: mask token, shared relative position bias and no absolute positions, no shift of the key.
  /// - Parameter layerScale: 0.1 for base models, 1e-5 for large ones.
  public static func beit(
    imageSize: Int = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12,
    layerScale: Float = 0.1
  ) -> VisionTransformerConfiguration {
    var configuration = vit(imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
    configuration.qkvBias = .queryValue
    configuration.layerScale = layerScale
    configuration.positions = .none
    configuration.relativePositionBias = true
    configuration.maskToken = true
    return configuration
  }

  /// A plain ViT, DINO's backbone.
  public static func vit(
    imageSize: Int = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12
  ) -> VisionTransformerConfiguration {
    var configuration = VisionTransformerConfiguration()
    configuration.imageSize = imageSize
    configuration.patchSize = patchSize
    configuration.width = width
    configuration.depth = depth
    configuration.heads = heads
    return configuration
  }

  /// CLIP's image tower.
  public static func clip(
    imageSize: Int = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12,
    projection: Int = 512,
    activation: Activation = .quickGELU
  ) -> VisionTransformerConfiguration {
    var configuration = vit(imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
    configuration.activation = activation
    configuration.layerNormEpsilon = 1e-5
    configuration.preNorm = true
    configuration.patchBias = false
    configuration.projection = projection
    return configuration
  }

  /// What makes the figures unfit for a model, as a clause for an error; nil when nothing does.
  public var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("imageSize", imageSize, 1...8192), ("patchSize", patchSize, 1...1024), ("width", width, 1...16384),
      ("depth", depth, 1...256), ("heads", heads, 1...1024), ("projection", projection ?? 1, 1...65536),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)"
    }
    if !mlpRatio.isFinite || mlpRatio <= 0 || mlpRatio > 64 { return "mlpRatio is \(mlpRatio), allowed is up to 64" }
    if imageSize % patchSize != 0 { return "imageSize \(imageSize) is no multiple of patchSize \(patchSize)" }
    if width % heads != 0 { return "width \(width) is no multiple of \(heads) heads" }
    if positions == .sinCos, width % 4 != 0 {
      return "width \(width) is no multiple of 4, which sin-cos positions need"
    }
    if !(layerNormEpsilon >= 0 && layerNormEpsilon < 1) { return "layerNormEpsilon is \(layerNormEpsilon)" }
    if !(dropPath >= 0 && dropPath < 1) { return "dropPath is \(dropPath), allowed are 0 up to 1" }
    return nil
  }
}
