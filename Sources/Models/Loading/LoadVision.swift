import Foundation
import Recipe
import Tensors

/// Reads an image model from a checkpoint of transformers, timm, DINO, DINOv2, OpenAI, open_clip or the workbench
/// itself.
///
/// Both a folder and a bare file are read by the configuration that stands with the weights (`config.json`,
/// `open_clip_config.json`, `preprocessor_config.json`). What none says is told by names and shapes, or assumed, and
/// then stands in the result's notes.
/// - Parameters:
///   - url: a folder with `model.safetensors` or shards of it, or one safetensors file
///   - tower: which of several image towers to read; nil chooses by meaning, see ``TowerChoice``
///   - grid: patches of a picture that the model is to see; positions are interpolated as its family does
///   - imageSize: of pictures, in pixels; wins over `grid`, and both over the size the weights were made for
///   - activation: overrides what was recognised, for files that do not tell GELU from QuickGELU
/// - Returns: the model, frozen.
/// - Throws: `CheckpointError`, one sentence that names the file and what is missing, unexpected or misshapen.
package func loadVision(
  from url: URL, device: any ComputeDevice, tower: String? = nil, grid: PlaneSize? = nil, imageSize: PlaneSize? = nil,
  activation: Activation? = nil
) throws -> LoadedVision {
  let found = try VisionFinding(
    url, device: device, tower: tower, activation: activation, shown: ShownPictures(grid: grid, size: imageSize))
  return try found.load(grid: grid, imageSize: imageSize)
}

/// An image model as a checkpoint describes it, checked against its tensors, before their numbers are read.
struct VisionFinding {
  let checkpoint: CheckpointFolder
  let choice: TowerChoice
  let card: ModelCard?
  let recognised: VisionRecognition
  private let reader: TowerReader
  private let device: any ComputeDevice

  /// Parameters as for ``loadVision(from:device:tower:grid:imageSize:activation:)``.
  /// - Parameter shown: what the model is to see, by which positions of a rectangle are told
  init(
    _ url: URL, device: any ComputeDevice, tower: String? = nil, activation: Activation? = nil,
    shown: ShownPictures = ShownPictures()
  ) throws {
    let checkpoint = try CheckpointFolder(url)
    let choice = try TowerChoice(among: TowerLayout.imageTowers(in: checkpoint), named: tower, in: checkpoint)
    let layout = choice.layout
    let card = try checkpoint.files.first.flatMap { try ModelCard($0) }
    let reader = TowerReader(checkpoint, device: device, places: layout.places)
    var recognised =
      try card.map { VisionRecognition($0) }
      ?? VisionRecognition(checkpoint, layout: layout, reader: reader, shown: shown)
    if let activation { recognised.configuration.activation = activation }

    let native = recognised.configuration
    let what = "a \(recognised.family.title) vision transformer of width \(native.width) and \(native.depth) blocks"
    if let problem = native.problem {
      throw CheckpointError.file(checkpoint.path, "describes \(what) wrongly: \(problem)")
    }
    let rows = recognised.positionRows
    let shapes = fileShapes(of: native, device: device).map { name, shape in
      name == "pos_embed" ? (name, [1, native.tokens - 1 + rows, native.width]) : (name, shape)
    }
    try reader.check(what, shapes) { name in
      guard name.hasPrefix(layout.prefix), !choice.isOthers(name) else { return false }
      let rest = name.dropFirst(layout.prefix.count)
      if rest == "pos_embed", native.positions.isFixed { return false }
      // MAE's is its decoder's.
      if rest == "mask_token", !native.maskToken { return false }
      return !bystanders.contains { rest.hasSuffix($0) }
        && !(layout.scheme.ignored + ["\(ModelCard.textPrefix)."]).contains { rest.hasPrefix($0) }
    }
    self.checkpoint = checkpoint
    self.choice = choice
    self.card = card
    self.recognised = recognised
    self.reader = reader
    self.device = device
  }

  private static func pixels(_ grid: PlaneSize, patch: Int) -> PlaneSize {
    PlaneSize(height: min(grid.height, 8192), width: min(grid.width, 8192)) * patch
  }

  func load(grid: PlaneSize? = nil, imageSize: PlaneSize? = nil) throws -> LoadedVision {
    let native = recognised.configuration
    var configuration = native
    configuration.imageSize = imageSize ?? grid.map { Self.pixels($0, patch: native.patchSize) } ?? native.imageSize
    if let problem = configuration.problem {
      throw CheckpointError.file(checkpoint.path, "cannot be used at \(configuration.imageSize) pixels: \(problem)")
    }
    let resampling = recognised.resampling
    // SigLIP 2's models for any shape of picture have the channels of a pixel side by side.
    let isByPixel = choice.layout.scheme == .transformersSigLIP && reader.shape("patch_embed.proj.weight")?.count == 2
    // DINOv3's authors keep a bias of the keys, which a mask beside it silences.
    let isMasked = recognised.family == .dinov3 && choice.layout.scheme == .timm
    reader.adapt = { name, values, shape in
      switch name {
      case _ where name.hasSuffix("attn.relative_position_bias_table"):
        resampleRelativePositions(values, heads: native.heads, from: native.grid, to: configuration.grid)
      case "pos_embed":
        resampling.resample(
          recognised.positionsWithCLS(values), width: native.width, from: native.grid, to: configuration.grid)
      case "register_tokens" where recognised.positionRows > 1: withPosition(values)
      case "patch_embed.proj.weight" where isByPixel: byChannel(values, width: native.width)
      case _ where isMasked && name.hasSuffix("attn.qkv.bias"): withoutKeys(values)
      case "rel_pos_bias.relative_position_bias_table":
        resampleRelativePositions(values, heads: native.heads, from: native.grid, to: configuration.grid)
      default: values
      }
    }
    let model = VisionTransformer(configuration, device: device, source: reader)
    if let failure = reader.failure { throw failure }
    model.freeze()
    return LoadedVision(
      model: model, family: recognised.family, report: report(configuration),
      normalization: recognised.normalization, cropShare: card == nil ? nil : 1, card: card,
      notes: (choice.note.map { [$0] } ?? []) + recognised.notes)
  }

  /// The token of distillation with the position that it has, behind that of CLS.
  private func withPosition(_ token: [Float]) -> [Float] {
    guard let place = reader.place("pos_embed")?.names.first, let rows = try? checkpoint.floats(place),
      rows.count >= 2 * token.count
    else { return token }
    return zip(token, rows[token.count..<2 * token.count]).map { $0 + $1 }
  }

  /// A patch embedding of (row, column, channel) in the order of (channel, row, column).
  private func byChannel(_ weights: [Float], width: Int) -> [Float] {
    let channels = recognised.configuration.channels
    let count = weights.count / max(width, 1)
    let area = count / channels
    guard area * channels * width == weights.count else { return weights }
    return weights.indices.map { index in
      let (row, place) = (index / count, index % count)
      return weights[row * count + place % area * channels + place / area]
    }
  }

  /// A bias of queries, keys and values with zeros for the keys.
  private func withoutKeys(_ bias: [Float]) -> [Float] {
    let width = bias.count / 3
    return bias.indices.map { (width..<2 * width).contains($0) ? 0 : bias[$0] }
  }

  /// One line: what was recognised.
  func report(_ configuration: VisionTransformerConfiguration) -> String {
    recognised.report(
      choice.layout.scheme, configuration: configuration, tower: choice.isOneOfSeveral ? choice.layout.name : nil)
  }
}

/// Endings of what stands among a model's parameters without being one: buffers, and the optimiser's moments in a run's
/// checkpoint.
private let bystanders = [
  "relative_position_index", "position_ids", "num_batches_tracked", ".exp_avg", ".exp_avg_sq", ".bias_mask",
  ".freqs_cos", ".freqs_sin",
]

/// Parameters of a model with the shapes that checkpoints give them: a convolution's weight has four axes there.
func fileShapes(
  of configuration: VisionTransformerConfiguration, device: any ComputeDevice
) -> [(name: String, shape: [Int])] {
  VisionTransformer.parameterShapes(of: configuration, device: device).map { ($0, fileShape($0, $1, configuration)) }
}

/// The shape in which BEiT and timm store a parameter.
func fileShape(_ name: String, _ shape: [Int], _ configuration: VisionTransformerConfiguration) -> [Int] {
  switch name {
  case "patch_embed.proj.weight":
    [configuration.width, configuration.channels, configuration.patchSize, configuration.patchSize]
  case "cls_token", "mask_token": [1, 1] + shape
  case "pos_embed", "register_tokens": [1] + shape
  case "attn_pool.latent": [1, 1] + shape
  default: shape
  }
}

extension VisionRecognition {
  /// The workbench's own files say everything themselves.
  init(_ card: ModelCard) {
    family = card.family
    configuration = card.vision
    normalization = card.normalization
    resampling = .bySize
  }

  /// One line: what was recognised. ``notes`` say what had to be assumed.
  /// - Parameter tower: named where the file has several
  func report(_ scheme: NameScheme, configuration: VisionTransformerConfiguration, tower: String?) -> String {
    let sizes = [192: "Ti", 384: "S", 768: "B", 1024: "L", 1280: "H", 1408: "g", 1664: "G"]
    let size = sizes[configuration.width] ?? "\(configuration.width)x\(configuration.depth)"
    var parts = [
      "\(family.title) ViT-\(size)/\(configuration.patchSize) at \(configuration.imageSize) px",
      "\(configuration.tokens) tokens, width \(configuration.width), \(configuration.depth) blocks,"
        + " \(configuration.heads) heads",
      "\(configuration.gatedMLP == true ? "SwiGLU" : configuration.activation.title), eps \(configuration.layerNormEpsilon)",
      configuration.projection.map { "projection \($0)" } ?? "no projection",
      normalization.title,
      scheme.title,
    ]
    if self.configuration.imageSize != configuration.imageSize {
      parts.append("positions interpolated from \(self.configuration.imageSize) px")
    }
    switch configuration.pooling {
    case .attention: parts.append("attention pooling in place of CLS")
    case .mean: parts.append("mean in place of CLS")
    case nil: break
    }
    if configuration.rotary != nil { parts.append("rotary positions") }
    if configuration.channels != 3 {
      parts.append("pictures of \(configuration.channels) channel\(configuration.channels == 1 ? "" : "s")")
    }
    if let tower { parts.append("tower \(tower)") }
    return parts.joined(separator: "; ")
  }
}

extension Activation {
  var title: String {
    switch self {
    case .gelu: "GELU"
    case .quickGELU: "QuickGELU"
    case .tanhGELU: "tanh GELU"
    case .silu: "SiLU"
    case .none: "no activation"
    }
  }
}

extension PixelNormalization {
  var title: String {
    switch self {
    case .clip: "CLIP's mean and deviation"
    case .imageNet: "ImageNet mean and deviation"
    case _ where mean.allSatisfy({ $0 == 0.5 }) && standardDeviation.allSatisfy({ $0 == 0.5 }):
      "mean and deviation 0.5"
    default: "mean \(mean), deviation \(standardDeviation)"
    }
  }
}
