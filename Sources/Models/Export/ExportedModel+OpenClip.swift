import Foundation
import Recipe

extension ExportedModel {
  /// For open_clip: both towers of a CLIP, which `open_clip.create_model("local-dir:FOLDER")` reads, or the image tower
  /// alone where there is no text tower that fits. What its own class cannot be goes by timm's, if ``TimmTower`` has a
  /// name for it.
  ///
  /// open_clip builds no model without a text tower: beside an image tower alone the configuration describes its usual
  /// text tower, whose weights are not there, and the tower is read by `pretrained_image_path`. A model without
  /// projection has the identity for one.
  /// - Throws: `CheckpointError` for an image tower that its class cannot be.
  package init(openClip portable: PortableModel) throws {
    let shape = portable.configuration
    if let tower = TimmTower(portable) {
      self = try Self.openClip(portable, by: tower)
      return
    }
    if let problem = Self.openClipProblem(portable) { throw Self.refusal("open_clip", problem) }
    let text = portable.text.flatMap { Self.isTogether($0.model.configuration, shape) ? $0 : nil }
    let outputs = shape.projection ?? shape.width
    var vision: [String: Any] = [
      "image_size": Self.size(shape.imageSize), "patch_size": shape.patchSize, "width": shape.width,
      "layers": shape.depth,
      "head_width": shape.width / shape.heads, "mlp_ratio": Self.ratio(shape), "no_ln_pre": !shape.preNorm,
    ]
    if let scale = shape.layerScale { vision["ls_init_value"] = Self.decimal(scale) }
    if shape.layerNormEpsilon != 1e-5 { vision["norm_kwargs"] = ["eps": Self.decimal(shape.layerNormEpsilon)] }
    let configuration: [String: Any] = [
      "model_cfg": [
        "embed_dim": outputs, "quick_gelu": shape.activation == .quickGELU, "vision_cfg": vision,
        "text_cfg": text.map { Self.textSettings($0.model.configuration) } ?? Self.usualText,
      ] as [String: Any],
      "preprocess_cfg": Self.preprocessing(portable),
    ]
    var tensors = portable.imageTower(prefix: text == nil ? "" : "visual.")
    if let text { tensors += text.tower() }
    self.init(
      className: text == nil ? "open_clip.transformer.VisionTransformer" : "open_clip.model.CLIP",
      leftOut: (shape.maskToken ? ["the mask token"] : [])
        + (portable.text != nil && text == nil ? ["the text tower, whose outputs or activation differ"] : [])
        + (text?.hasOwnWords == true ? ["the list of words that texts are split by"] : []),
      weights: text == nil ? .torch(tensors) : .safetensors(tensors),
      // Not among the names by which a folder is searched for a whole model.
      weightsName: text == nil ? "visual.pt" : "open_clip_model.safetensors",
      configuration: Self.json(configuration), configurationName: "open_clip_config.json")
  }

  private static func preprocessing(_ portable: PortableModel) -> [String: Any] {
    let size = portable.configuration.imageSize
    return [
      "mean": portable.normalization.mean.map(decimal), "std": portable.normalization.standardDeviation.map(decimal),
      "interpolation": "bicubic", "resize_mode": "shortest", "size": [size.height, size.width],
    ]
  }

  /// An image tower of timm's beside open_clip's usual text tower, whose weights are not there.
  private static func openClip(_ portable: PortableModel, by tower: TimmTower) throws -> ExportedModel {
    let shape = portable.configuration
    let hasProjection = shape.projection != nil
    let vision: [String: Any] = [
      "image_size": size(shape.imageSize), "timm_model_name": tower.name, "timm_model_pretrained": false,
      "timm_pool": tower.pool, "timm_proj": hasProjection ? "" : "none",
    ]
    let configuration: [String: Any] = [
      "model_cfg": [
        "embed_dim": shape.projection ?? shape.width, "vision_cfg": vision, "text_cfg": usualText,
      ] as [String: Any],
      "preprocess_cfg": preprocessing(portable),
    ]
    return ExportedModel(
      className: "open_clip.timm_model.TimmModel (\(tower.name))",
      leftOut: (shape.maskToken ? ["the mask token"] : []) + (portable.text == nil ? [] : ["the text tower"]),
      weights: .torch(try tower.tensors(of: portable)), weightsName: "visual.pt", configuration: json(configuration),
      configurationName: "open_clip_config.json")
  }

  private static func openClipProblem(_ portable: PortableModel) -> String? {
    let shape = portable.configuration
    let unnamed = "and not the sizes of a model that timm has a name for"
    if shape.pooling != nil { return "no CLS, \(unnamed)" }
    if shape.rotary != nil { return "rotary positions, \(unnamed)" }
    if hasUnusualBranches(shape) { return "gated MLPs or norms inside its branches, \(unnamed)" }
    if ![.gelu, .quickGELU].contains(shape.activation) { return "an activation that is neither GELU nor QuickGELU" }
    if shape.projectionBias == true { return "a projection with a bias" }
    if portable.classifier != nil { return "a classifier" }
    if shape.channels != 3 {
      return "pictures of \(shape.channels) channel\(shape.channels == 1 ? "" : "s"), where its towers see three"
    }
    if shape.relativePositionBias { return "relative positions" }
    if shape.registers > 0 { return "registers" }
    if !shape.finalNorm { return "no norm behind its blocks" }
    return nil
  }

  /// Whether both can be towers of one model there.
  private static func isTogether(
    _ text: TextTransformerConfiguration, _ shape: VisionTransformerConfiguration
  ) -> Bool {
    text.projection == shape.projection && text.activation == shape.activation
  }

  /// open_clip's own defaults.
  private static var usualText: [String: Any] {
    ["context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12]
  }

  private static func textSettings(_ text: TextTransformerConfiguration) -> [String: Any] {
    var settings: [String: Any] = [
      "context_length": text.contextLength, "vocab_size": text.vocabularySize, "width": text.width,
      "heads": text.heads, "layers": text.depth, "mlp_ratio": ratio(of: text.hidden, over: text.width),
    ]
    if text.layerNormEpsilon != 1e-5 { settings["norm_kwargs"] = ["eps": decimal(text.layerNormEpsilon)] }
    if Int(text.endToken) != text.vocabularySize - 1 {
      settings["pool_type"] = "eos"
      settings["eos_id"] = Int(text.endToken)
    }
    return settings
  }
}

extension PortableModel {
  /// The image tower under open_clip's names. Its class has no bias in the patch embedding, which positions take.
  fileprivate func imageTower(prefix: String) -> [PortableTensor] {
    let shape = configuration
    let width = shape.width
    var all = tensors(.whole, keepsMaskToken: false, patchBias: false).flatMap { tensor -> [PortableTensor] in
      if tensor.name.contains(".gamma_") { return [scale(tensor, prefix)] }
      guard let place = NameScheme.openAI.places(tensor.name, prefix: prefix).first, let name = place.names.first
      else { return [] }
      var named = tensor
      named.name = name
      if tensor.name == "cls_token" { named.shape = [width] }
      if tensor.name == "pos_embed" { named.shape = [shape.tokens, width] }
      return [named]
    }
    if model.positions == nil {
      let bias = model.patchEmbedding.bias
      all.append(
        PortableTensor(name: "\(prefix)positional_embedding", shape: [shape.tokens, width]) {
          let patch = bias?.array() ?? [Float](repeating: 0, count: width)
          return [Float](repeating: 0, count: width) + (1..<shape.tokens).flatMap { _ in patch }
        })
    }
    if shape.qkvBias == .none {
      for index in 0..<shape.depth {
        all.append(
          PortableTensor(name: "\(prefix)transformer.resblocks.\(index).attn.in_proj_bias", shape: [3 * width]) {
            [Float](repeating: 0, count: 3 * width)
          })
      }
    }
    let projection = model.projection
    let outputs = shape.projection ?? width
    all.append(
      PortableTensor(name: "\(prefix)proj", shape: [width, outputs]) {
        projection.map { transposed($0.weight.array(), rows: outputs, columns: width) }
          ?? (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 }
      })
    return all
  }

  /// `blocks.3.gamma_1` as `transformer.resblocks.3.ls_1.gamma`.
  private func scale(_ tensor: PortableTensor, _ prefix: String) -> PortableTensor {
    let parts = tensor.name.split(separator: ".")
    var named = tensor
    named.name = "\(prefix)transformer.resblocks.\(parts[1]).ls_\(parts[2].dropFirst("gamma_".count)).gamma"
    return named
  }
}

extension LoadedText {
  /// What cosines are multiplied with where nobody says: 1 / 0.07, as a logarithm.
  private static let usualScale: Float = 2.659_26

  /// The text tower and the scale of cosines under open_clip's names.
  fileprivate func tower() -> [PortableTensor] {
    let layout = TextLayout(scheme: .openAI, prefix: "")
    let tensors = model.parameters().compactMap { parameter -> PortableTensor? in
      guard let place = layout.places(parameter.name).first, let name = place.names.first else { return nil }
      let tensor = parameter.tensor
      guard place.isTransposed, tensor.shape.count == 2 else {
        return PortableTensor(name: name, shape: tensor.shape) { tensor.array() }
      }
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      return PortableTensor(name: name, shape: [columns, rows]) {
        transposed(tensor.array(), rows: rows, columns: columns)
      }
    }
    let scale = logitScale ?? Self.usualScale
    return tensors + [PortableTensor(name: "logit_scale", shape: []) { [scale] }]
  }
}
