import Recipe

extension ExportedModel {
  /// For transformers: `ViTModel` for a plain model, `CLIPVisionModel` for one with a norm before its blocks,
  /// `BeitModel` where there are relative positions, a layer scale or a classifier on the patches' mean.
  /// - Throws: `CheckpointError` for what none of these classes has.
  package init(transformers portable: PortableModel) throws {
    let shape = portable.configuration
    let kind = try TransformersKind(portable)
    var values: [String: Any] = [
      "architectures": [kind.className(isClassifier: portable.classifier != nil)], "model_type": kind.modelType,
      "hidden_size": shape.width, "num_hidden_layers": shape.depth, "num_attention_heads": shape.heads,
      "intermediate_size": shape.hidden, "image_size": Self.size(shape.imageSize), "patch_size": shape.patchSize,
      "num_channels": 3, "layer_norm_eps": Self.decimal(shape.layerNormEpsilon),
      "hidden_act": shape.activation == .quickGELU ? "quick_gelu" : "gelu", "dtype": "float32",
      "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    ]
    switch kind {
    case .vit: values["qkv_bias"] = shape.qkvBias != .none
    case .clip: values["projection_dim"] = shape.width
    case .beit:
      values["use_mask_token"] = shape.maskToken
      values["use_absolute_position_embeddings"] = shape.positions != .none
      values["use_relative_position_bias"] = shape.relativePositionBias && shape.blockPositionTables
      values["use_shared_relative_position_bias"] = shape.relativePositionBias && !shape.blockPositionTables
      values["layer_scale_init_value"] = shape.layerScale.map(Self.decimal) ?? 0.0
      values["use_mean_pooling"] = !shape.finalNorm
      values["drop_path_rate"] = 0.0
    }
    if portable.classifier != nil {
      let numbered = portable.classes.enumerated()
      values["id2label"] = Dictionary(uniqueKeysWithValues: numbered.map { ("\($0.offset)", $0.element) })
      values["label2id"] = Dictionary(numbered.map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    let preprocessor = Self.json([
      "image_processor_type": "BitImageProcessor", "do_resize": true, "size": Self.resizing(portable),
      "resample": 3, "do_center_crop": true,
      "crop_size": ["height": shape.imageSize.height, "width": shape.imageSize.width],
      "do_rescale": true, "rescale_factor": 1 / 255.0, "do_normalize": true, "do_convert_rgb": true,
      "image_mean": portable.normalization.mean.map(Self.decimal),
      "image_std": portable.normalization.standardDeviation.map(Self.decimal),
    ])
    let keepsMask = kind == .beit
    let tensors = portable.tensors(
      kind == .beit ? .withoutKey : .whole, keepsMaskToken: keepsMask, patchBias: kind != .clip
    ).flatMap { kind.renamed($0, isClassifier: portable.classifier != nil) }
    self.init(
      className: "transformers.\(kind.className(isClassifier: portable.classifier != nil))",
      leftOut: Self.leftOut(shape, keepsMaskToken: keepsMask), weights: .safetensors(tensors),
      configuration: Self.json(values), preprocessor: preprocessor)
  }
}

extension ExportedModel {
  /// What pictures are resized to before their middle is taken. No processor of transformers resizes a picture so that
  /// it covers a rectangle: there both sides are given.
  fileprivate static func resizing(_ portable: PortableModel) -> [String: Any] {
    let size = portable.configuration.imageSize
    func resized(_ side: Int) -> Int { Int((Float(side) / portable.cropShare).rounded()) }
    guard !size.isSquare else { return ["shortest_edge": resized(size.height)] }
    return ["height": resized(size.height), "width": resized(size.width)]
  }
}

/// transformers' classes for image models of this kind.
private enum TransformersKind {
  case vit, clip, beit

  init(_ portable: PortableModel) throws {
    let shape = portable.configuration
    func refusal(_ what: String) -> CheckpointError { ExportedModel.refusal("transformers", what) }
    if let part = ExportedModel.partWithoutClass(shape) { throw refusal(part) }
    if shape.registers > 0 { throw refusal("registers, which timm's has") }
    if shape.relativePositionBias || shape.layerScale != nil || portable.classifier?.pooling == .mean {
      if let problem = ExportedModel.beitProblem(shape, epsilon: nil) { throw refusal(problem) }
      if shape.preNorm { throw refusal("a norm before its first block together with layer scale") }
      if shape.positions != .none, !shape.imageSize.isSquare {
        throw refusal("positions on a rectangle, which its BEiT takes for a square")
      }
      self = .beit
    } else if shape.preNorm {
      guard portable.classifier == nil else { throw refusal("a norm before its first block and a classifier") }
      guard shape.positions != .none else { throw refusal("no positions at all") }
      guard shape.imageSize.isSquare else {
        throw refusal("a norm before its first block and pictures that are no squares")
      }
      self = .clip
    } else {
      guard shape.positions != .none else { throw refusal("no positions at all") }
      self = .vit
    }
  }

  var modelType: String {
    switch self {
    case .vit: "vit"
    case .clip: "clip_vision_model"
    case .beit: "beit"
    }
  }

  func className(isClassifier: Bool) -> String {
    switch self {
    case .vit: isClassifier ? "ViTForImageClassification" : "ViTModel"
    case .clip: "CLIPVisionModel"
    case .beit: isClassifier ? "BeitForImageClassification" : "BeitModel"
    }
  }

  private var scheme: NameScheme { self == .clip ? .transformersCLIP : .transformersViT }

  /// One of ours under the names of the class, split where that has several.
  func renamed(_ tensor: PortableTensor, isClassifier: Bool) -> [PortableTensor] {
    let prefix =
      switch self {
      case .vit: isClassifier ? "vit." : ""
      case .clip: "vision_model."
      case .beit: isClassifier ? "beit." : ""
      }
    switch tensor.name {
    case "head.weight", "head.bias": return [named("classifier." + tensor.name.dropFirst("head.".count), tensor)]
    case "fc_norm.weight", "fc_norm.bias":
      return [named("\(prefix)pooler.layernorm." + tensor.name.dropFirst("fc_norm.".count), tensor)]
    default: break
    }
    guard let place = scheme.places(tensor.name, prefix: prefix).first else { return [] }
    guard place.names.count > 1 else { return [named(place.names[0], tensor)] }
    var part = tensor
    part.shape[0] /= place.names.count
    return place.names.enumerated().map { index, name in
      var piece = part
      piece.name = name
      let size = part.shape.reduce(1, *)
      piece.values = { Array(tensor.values()[index * size..<(index + 1) * size]) }
      return piece
    }
  }

  private func named(_ name: String, _ tensor: PortableTensor) -> PortableTensor {
    var named = tensor
    named.name = name
    if self == .clip, ["cls_token", "pos_embed"].contains(tensor.name) { named.shape = Array(tensor.shape.suffix(2)) }
    if self == .clip, tensor.name == "cls_token" { named.shape = [tensor.shape.last ?? 0] }
    return named
  }
}
