import Tensors

/// What a model has beyond, or lacks of, a plain transformer with CLS: told by its tensors.
struct ModelParts {
  /// Whether MLPs are gated.
  let isGated: Bool
  let hasMLPNorm: Bool
  let hasAttentionNorm: Bool
  /// nil for a model with CLS.
  let pooling: TokenPooling?
  /// What keeps the model from being read, a clause; nil if nothing does.
  let problem: String?
  let hasRotary: Bool
  private let kind: RotaryPositions?
  /// Rows of the first MLP's first layer, and inputs of its second.
  private let middle: (rows: Int?, inputs: Int?)

  init(_ family: VisionFamily, reader: TowerReader) {
    let (first, second) = (reader.rows("blocks.0.mlp.fc1.weight"), reader.shape("blocks.0.mlp.fc2.weight")?.last)
    middle = (first, second)
    let isGated = first != nil && second.map { $0.multipliedReportingOverflow(by: 2).partialValue } == first
    self.isGated = isGated
    hasMLPNorm = reader.has("blocks.0.mlp.norm.weight")
    hasAttentionNorm = reader.has("blocks.0.attn.norm.weight")
    pooling = reader.has("cls_token") ? nil : reader.has("attn_pool.latent") ? .attention : .mean
    // EVA's first models have plain MLPs and no rotary positions.
    kind = family == .dinov3 ? .dinov3 : family == .eva && isGated ? .eva : nil
    hasRotary = kind != nil
    let isNormedPlain = !isGated && hasMLPNorm
    let isPostNormed = family == .eva && reader.shape("patch_embed.proj.weight")?.first == Self.postNormedWidth
    problem =
      isNormedPlain
      ? "its plain MLPs have a norm in their middle"
      : isPostNormed ? "EVA-02 enormous normalises behind its branches, not before them" : nil
  }

  /// EVA-02's model that normalises behind its branches, whose names are those of the others.
  private static let postNormedWidth = 1792

  /// Width of the MLPs' middle; a configuration counts that of gated ones in several ways.
  func hidden(said: Int?) -> Int? { isGated ? middle.inputs : said ?? middle.rows }

  func describe(_ configuration: inout VisionTransformerConfiguration, facts: ConfigurationFacts) {
    if isGated { configuration.gatedMLP = true }
    if hasMLPNorm { configuration.mlpNorm = true }
    if hasAttentionNorm { configuration.attentionNorm = true }
    configuration.pooling = pooling
    configuration.rotary = kind
    if let base = facts.rotaryBase { configuration.rotary?.base = base }
  }

  /// What no configuration says of the rotary positions, a few words; nil where one does, or there are none.
  func assumedRotary(_ facts: ConfigurationFacts) -> String? {
    guard let kind, facts.architecture == nil, facts.rotaryBase == nil else { return nil }
    let grid = kind.kind == .eva ? " on a grid of \(kind.reference)" : ""
    return "rotary positions of base \(Int(kind.base))\(grid)"
  }

  /// What a person should know, a sentence without full stop each.
  func notes(_ family: VisionFamily, facts: ConfigurationFacts, licence: String?) -> [String] {
    var notes: [String] = []
    switch pooling {
    case .attention:
      notes.append(
        "it has no CLS: what its attention pooling makes of the patches stands there (objective.tokens: masked leaves "
          + "that target out)")
    case .mean:
      notes.append(
        "it has no CLS: the mean of its patches stands there (objective.tokens: masked leaves that target out)")
    case nil:
      // DINOv3's CLS was trained, whatever is pooled by those who took it over.
      if let pool = facts.pool, family != .dinov3 {
        notes.append("its configuration pools by \(pool), so CLS was not what it was trained for")
      }
    }
    if let licence, licence.lowercased().contains("dinov3") {
      notes.append("its licence (\(licence)) is its publisher's own: read it before you pass on what you make with it")
    }
    return notes
  }
}
