import Recipe
import Tensors

/// What a checkpoint holds, as told by its configuration where it has one and by its names and shapes otherwise.
struct VisionRecognition {
  var family: VisionFamily
  /// At the size the weights were made for.
  var configuration: VisionTransformerConfiguration
  var normalization: PixelNormalization
  var resampling: PositionResampling
  /// Rows of the stored positions before those of patches: CLS, and a token of distillation; none where CLS has its
  /// position in itself.
  var positionRows = 1
  /// What a person should know of how the checkpoint was understood, a sentence without full stop each: above all what
  /// was assumed.
  var notes: [String] = []
  /// What no configuration says and was assumed, a few words each.
  var guesses: [String] = []

  init(
    _ checkpoint: CheckpointFolder, layout: TowerLayout, reader: TowerReader, shown: ShownPictures = ShownPictures()
  ) throws {
    func unfit(_ what: String) -> CheckpointError { CheckpointError.file(checkpoint.path, what) }
    let facts = try ConfigurationFacts(checkpoint, scheme: layout.scheme)
    guard let patch = Self.patchShape(reader, facts), patch.count == 4, patch[2] == patch[3],
      (1...PixelNormalization.mostChannels).contains(patch[1])
    else {
      throw unfit(
        "has a patch embedding that is not [width, channels, patch, patch], only square patches of 1 to "
          + "\(PixelNormalization.mostChannels) channels are read")
    }
    if let conflict = facts.conflict(with: reader, scheme: layout.scheme), let source = facts.source {
      throw CheckpointError.file(
        source.path, "\(conflict), but \(checkpoint.path) is not so; put the weights' own beside them")
    }
    var assumed = Assumptions(facts: facts)
    family = Self.family(layout.scheme, facts: facts, checkpoint: checkpoint, layout: layout, reader: reader)
    let parts = ModelParts(family, reader: reader)
    if let problem = parts.problem ?? facts.unreadArchitecture {
      throw unfit("is a model of another kind: \(problem); use weights of a model that `mvp weights --help` names")
    }
    let isCLIP = family == .clip
    let isBEiT2 = family == .beit && Self.isBEiT2(checkpoint, layout: layout)
    let usual =
      patch[1] != 3 ? .half(channels: patch[1]) : isBEiT2 ? PixelNormalization.imageNet : family.normalization
    let said = facts.normalization?.spread(over: patch[1])
    normalization = said ?? usual
    if said == nil { assumed.add(usual.title + (isBEiT2 && patch[1] == 3 ? ", as BEiT v2 has them" : "")) }
    resampling = Self.resampling(layout.scheme, family: family, facts: facts, reader: reader)

    let width = facts.width ?? patch[0]
    let patchSize = facts.patchSize ?? patch[2]
    guard let hidden = parts.hidden(said: facts.hidden), width > 0, patchSize > 0 else {
      throw unfit("has no MLP in its first block, only blocks of attention and MLP are read")
    }
    guard let heads = facts.heads ?? Self.heads(width: width, family: family) else {
      throw unfit("does not say how many heads its width of \(width) has, put its config.json beside it")
    }
    if facts.heads == nil, !facts.namesTimmSize(width: width) { assumed.add("\(heads) heads for a width of \(width)") }
    let hasCLS = parts.pooling == nil
    positionRows = reader.distilledRows ?? (reader.hasPositionsOfPatchesAlone || !hasCLS ? 0 : 1)
    let stored = StoredGrid(reader, positionRows: positionRows)
    var places = facts.grid(patchSize: patchSize) ?? stored.square
    var guessed: PlaneSize?
    if places == nil, let rectangle = stored.rectangle(like: shown.grid(patchSize: patchSize)) {
      (places, guessed) = (rectangle, rectangle)
    }
    if places == nil, parts.hasRotary, !reader.has("pos_embed") {
      let patches = (facts.inputSize ?? PlaneSize(square: Self.usualSize)) / patchSize
      places = PlaneSize(height: max(patches.height, 1), width: max(patches.width, 1))
      if facts.inputSize == nil { assumed.add("pictures of \(Self.usualSize) pixels") }
    }
    guard let grid = places else {
      throw unfit(stored.problem)
    }
    var made = VisionTransformerConfiguration.vit(
      imageSize: grid * patchSize, patchSize: patchSize, width: width,
      depth: facts.depth ?? layout.depth(in: checkpoint), heads: heads)
    made.channels = patch[1]
    made.mlpRatio = Float(hidden) / Float(width)
    made.layerNormEpsilon = facts.epsilon ?? (isCLIP || family == .dinov3 ? 1e-5 : 1e-6)
    if facts.epsilon == nil, facts.architecture == nil { assumed.add("eps \(made.layerNormEpsilon)") }
    made.preNorm = isCLIP
    made.patchBias = reader.has("patch_embed.proj.bias") || !isCLIP
    made.blockPositionTables = reader.has(Self.blockTable)
    made.relativePositionBias = reader.has(Self.sharedTable) || made.blockPositionTables
    // A model that was fine-tuned on the patches' mean has a norm behind that in place of the final one.
    let pooledNorms = ["fc_norm.weight", "pooler.layernorm.weight"]
    made.finalNorm = reader.has("norm.weight") || !pooledNorms.contains { checkpoint.has(layout.prefix + $0) }
    made.positions = reader.has("pos_embed") || (family != .beit && !parts.hasRotary) ? .learned : .none
    // MAE's is its decoder's, and as wide as that.
    made.maskToken = reader.shape("mask_token")?.last == width
    made.registers = reader.shape("register_tokens")?.dropLast().last ?? 0
    made.layerScale = reader.has("blocks.0.gamma_1") ? facts.layerScale ?? 1 : nil
    made.qkvBias = Self.qkvBias(family, reader: reader, layout: layout, checkpoint: checkpoint)
    // OpenAI's weights and those trained from them use QuickGELU; nothing in a file of tensors tells.
    made.activation = parts.isGated ? .silu : facts.activation ?? (isCLIP ? .quickGELU : .gelu)
    if facts.activation == nil, !parts.isGated { assumed.add(made.activation.title) }
    parts.describe(&made, facts: facts)
    if let words = parts.assumedRotary(facts) { assumed.add(words) }
    configuration = made
    try chooseProjection(checkpoint, layout: layout, facts: facts, reader: reader)
    notes += facts.notes
    notes += parts.notes(family, facts: facts, licence: checkpoint.licence)
    guesses = assumed.all
    if let guessed {
      guesses.append("a grid of \(guessed) patches")
      notes.append(
        "its positions are taken for a grid of \(guessed) patches, which is a guess: no configuration says so, and it is "
          + "the one of the shape of the pictures that the model is to see")
    }
    if let sentence = assumed.sentence(family: family) { notes.append(sentence) }
    if family == .dino, made.layerNormEpsilon < 1e-7 {
      notes.append("eps as its configuration has it, DINO itself was trained with 1e-06")
    }
    if let problem = configuration.problem {
      throw unfit("describes no vision transformer that can be built: \(problem); check its configuration")
    }
  }

  /// [width, channels, patch, patch], also of a file that keeps it as a layer of patches, [width, channels * patch *
  /// patch]: of three channels where the configuration does not say how many.
  private static func patchShape(_ reader: TowerReader, _ facts: ConfigurationFacts) -> [Int]? {
    guard let shape = reader.shape("patch_embed.proj.weight") else { return nil }
    guard shape.count == 2 else { return shape }
    let channels = facts.channels ?? 3
    let side = Int((Double(shape[1]) / Double(channels)).squareRoot().rounded())
    return side > 0 && side < 4096 && channels * side * side == shape[1] ? [shape[0], channels, side, side] : shape
  }

  /// Pixels a side of most public models.
  private static let usualSize = 224
  static let sharedTable = "rel_pos_bias.relative_position_bias_table"
  static let blockTable = "blocks.0.attn.relative_position_bias_table"

  private static func qkvBias(
    _ family: VisionFamily, reader: TowerReader, layout: TowerLayout, checkpoint: CheckpointFolder
  ) -> QKVBias {
    let parts = layout.places("blocks.0.attn.qkv.bias").flatMap(\.names)
    let isSplit = family == .beit || layout.scheme == .timm || layout.scheme == .transformersDINOv3
    if isSplit, reader.has("blocks.0.attn.q_bias"), !reader.has("blocks.0.attn.qkv.bias") { return .queryValue }
    return family == .clip || parts.contains(where: checkpoint.has) ? .full : .none
  }

  /// Widths of the public models whose heads are not 64 wide; all others are width / 64, as OpenAI and timm have it.
  private static func heads(width: Int, family: VisionFamily) -> Int? {
    switch (family, width) {
    case (.dinov3, 4096): return 32
    case (.dinov3, _): break
    case (.siglip, 1536): return 16
    case (_, 1152), (_, 1280), (_, 1408), (_, 1664): return 16
    default: break
    }
    return width % 64 == 0 ? width / 64 : nil
  }

  /// Positions for a model of one more row than its patches: a row of zeros for a CLS token that has its position in
  /// itself, without that of the token of distillation.
  func positionsWithCLS(_ values: [Float]) -> [Float] {
    let width = configuration.width
    return switch positionRows {
    case 0: [Float](repeating: 0, count: width) + values
    case 2...: Array(values.prefix(width)) + values.dropFirst(positionRows * width)
    default: values
    }
  }

  private mutating func chooseProjection(
    _ checkpoint: CheckpointFolder, layout: TowerLayout, facts: ConfigurationFacts, reader: TowerReader
  ) throws {
    // EVA-CLIP's projection has a bias; other models of EVA's have a classifier there.
    if family == .eva, facts.architecture?.contains("_clip") ?? layout.prefix.hasSuffix("visual."),
      let outputs = reader.shape("head.weight")?.first
    {
      configuration.projection = outputs
      if reader.has("head.bias") { configuration.projectionBias = true }
    }
    guard family == .clip, let outputs = reader.shape("head.weight")?.first else { return }
    // timm keeps CLIP's projection as its head and gives it a bias of zeros; a bias of other values is a classifier's.
    let bias = "\(layout.prefix)head.bias"
    if layout.scheme == .timm, checkpoint.has(bias), try checkpoint.floats(bias).contains(where: { $0 != 0 }) {
      notes.append("its head is a classifier, not CLIP's projection, and is left out")
      return
    }
    configuration.projection = facts.projection ?? outputs
  }
}
