import Tensors

extension VisionTransformerConfiguration {
  /// What a file does not mention keeps its default, so that files stay readable when settings are added.
  package init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<T: Decodable>(_ key: CodingKeys, _ fallback: T) throws -> T {
      try values.decodeIfPresent(T.self, forKey: key) ?? fallback
    }
    imageSize = try read(.imageSize, imageSize)
    patchSize = try read(.patchSize, patchSize)
    width = try read(.width, width)
    depth = try read(.depth, depth)
    heads = try read(.heads, heads)
    mlpRatio = try read(.mlpRatio, mlpRatio)
    activation = try read(.activation, activation)
    layerNormEpsilon = try read(.layerNormEpsilon, layerNormEpsilon)
    preNorm = try read(.preNorm, preNorm)
    patchBias = try read(.patchBias, patchBias)
    qkvBias = try read(.qkvBias, qkvBias)
    layerScale = try values.decodeIfPresent(Float.self, forKey: .layerScale)
    positions = try read(.positions, positions)
    relativePositionBias = try read(.relativePositionBias, relativePositionBias)
    blockPositionTables = try read(.blockPositionTables, blockPositionTables)
    maskToken = try read(.maskToken, maskToken)
    registers = try read(.registers, registers)
    finalNorm = try read(.finalNorm, finalNorm)
    projection = try values.decodeIfPresent(Int.self, forKey: .projection)
    dropPath = try read(.dropPath, dropPath)
    initialValues = try read(.initialValues, initialValues)
    rotary = try values.decodeIfPresent(RotaryPositions.self, forKey: .rotary)
    gatedMLP = try values.decodeIfPresent(Bool.self, forKey: .gatedMLP)
    mlpNorm = try values.decodeIfPresent(Bool.self, forKey: .mlpNorm)
    attentionNorm = try values.decodeIfPresent(Bool.self, forKey: .attentionNorm)
    projectionBias = try values.decodeIfPresent(Bool.self, forKey: .projectionBias)
    pooling = try values.decodeIfPresent(TokenPooling.self, forKey: .pooling)
    channels = try read(.channelCount, channels)
  }
}
