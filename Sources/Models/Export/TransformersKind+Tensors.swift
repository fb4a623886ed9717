/// The arrays of a model under the names of transformers' class.
extension TransformersKind {
  private var scheme: NameScheme {
    switch self {
    case .clip: .transformersCLIP
    case .siglip: .transformersSigLIP
    case .dinov3: .transformersDINOv3
    case .vit, .beit, .ijepa, .dinov2: .transformersViT
    }
  }

  func tensors(of portable: PortableModel) -> [PortableTensor] {
    let shape = portable.configuration
    let hasNoKeyBias = self == .beit || self == .dinov3 && shape.qkvBias == .queryValue
    let own = portable.tensors(
      hasNoKeyBias ? .withoutKey : .whole, keepsMaskToken: keepsMaskToken, patchBias: self != .clip)
    return (own + wanted(shape)).flatMap { renamed($0, shape, isClassifier: portable.classifier != nil) }
  }

  /// What the class has in any case and the model lacks: a mask token, registers, scales of 1, biases of 0.
  private func wanted(_ shape: VisionTransformerConfiguration) -> [PortableTensor] {
    let width = shape.width
    var all: [PortableTensor] = []
    if self == .siglip, shape.qkvBias == .none {
      all += (0..<shape.depth).map { .constant("blocks.\($0).attn.qkv.bias", [3 * width], 0) }
    }
    guard self == .dinov2 || self == .dinov3 else { return all }
    if !shape.maskToken { all.append(.constant("mask_token", [1, 1, width], 0)) }
    if self == .dinov3, shape.registers == 0 { all.append(.constant("register_tokens", [1, 0, width], 0)) }
    if shape.layerScale == nil {
      for index in 0..<shape.depth {
        all += [1, 2].map { .constant("blocks.\(index).gamma_\($0)", [width], 1) }
      }
    }
    return all
  }

  private func prefix(isClassifier: Bool) -> String {
    switch self {
    case .vit: isClassifier ? "vit." : ""
    case .clip, .siglip: "vision_model."
    case .beit: isClassifier ? "beit." : ""
    case .ijepa, .dinov2, .dinov3: ""
    }
  }

  /// One of ours under the names of the class, split where that has several.
  private func renamed(
    _ tensor: PortableTensor, _ shape: VisionTransformerConfiguration, isClassifier: Bool
  ) -> [PortableTensor] {
    let prefix = prefix(isClassifier: isClassifier)
    switch tensor.name {
    case "head.weight", "head.bias": return [tensor.named("classifier." + tensor.name.dropFirst("head.".count))]
    case "fc_norm.weight", "fc_norm.bias":
      return [tensor.named("\(prefix)pooler.layernorm." + tensor.name.dropFirst("fc_norm.".count))]
    default: break
    }
    let places = scheme.places(tensor.name, prefix: prefix)
    // DINOv3's gated MLP has two layers where the other has one.
    let isPlainOfTwo = self == .dinov3 && shape.gatedMLP != true && tensor.name.contains(".mlp.fc1.")
    guard let place = isPlainOfTwo ? places.last : places.first else { return [] }
    guard place.names.count > 1 else { return [shaped(tensor, named: place.names[0], shape)] }
    let rows = tensor.shape[0] / place.names.count
    return tensor.split(place.names.map { ($0, rows) })
  }

  private func shaped(
    _ tensor: PortableTensor, named name: String, _ shape: VisionTransformerConfiguration
  ) -> PortableTensor {
    var named = tensor.named(self == .dinov2 ? Self.dinov2Name(name, isGated: shape.gatedMLP == true) : name)
    switch (self, tensor.name) {
    case (.clip, "pos_embed"), (.siglip, "pos_embed"): named.shape = Array(tensor.shape.suffix(2))
    case (.clip, "cls_token"): named.shape = [tensor.shape.last ?? 0]
    case (.dinov2, "mask_token"): named.shape = [1, shape.width]
    default: break
    }
    return named
  }

  /// A name of ViT's as DINOv2 has it, whose blocks have names of their own but for attention.
  private static func dinov2Name(_ name: String, isGated: Bool) -> String {
    let (first, second) = isGated ? ("weights_in", "weights_out") : ("fc1", "fc2")
    let changes = [
      (".layernorm_before.", ".norm1."), (".layernorm_after.", ".norm2."), (".intermediate.dense.", ".mlp.\(first)."),
    ]
    if name.hasSuffix(".lambda_1") { return name.dropLast("lambda_1".count) + "layer_scale1.lambda1" }
    if name.hasSuffix(".lambda_2") { return name.dropLast("lambda_2".count) + "layer_scale2.lambda1" }
    for (old, new) in changes where name.contains(old) { return name.replacing(old, with: new) }
    guard !name.contains(".attention."), name.contains(".output.dense.") else { return name }
    return name.replacing(".output.dense.", with: ".mlp.\(second).")
  }
}
