import Foundation
import Recipe

extension ExportedModel {
  /// For timm: the class that ``TimmClass`` chooses. The folder is read by
  /// `timm.create_model("local-dir:FOLDER", pretrained=True)`.
  /// - Throws: `CheckpointError` for what no class has.
  package init(timm portable: PortableModel) throws {
    let shape = portable.configuration
    let chosen = try TimmClass(portable)
    let classes = portable.classifier?.classes ?? 0
    var pretrained: [String: Any] = [
      "tag": "", "custom_load": false, "input_size": [shape.channels, shape.imageSize.height, shape.imageSize.width],
      "fixed_input_size": true,
      "interpolation": "bicubic", "crop_pct": Self.decimal(portable.cropShare), "crop_mode": "center",
      "mean": portable.normalization.mean.map(Self.decimal),
      "std": portable.normalization.standardDeviation.map(Self.decimal), "num_classes": classes,
      "classifier": "head",
    ]
    // timm would fit a first convolution that it knows of to other channels, and drops one that has not three.
    pretrained["first_conv"] = shape.channels == 3 ? "patch_embed.proj" : NSNull()
    if !portable.classes.isEmpty { pretrained["label_names"] = portable.classes }
    let configuration = Self.json([
      "architecture": chosen.architecture, "num_classes": classes, "num_features": shape.width,
      "global_pool": chosen.pool, "model_args": chosen.arguments, "pretrained_cfg": pretrained,
    ])
    self.init(
      className: chosen.kind.rawValue,
      leftOut: Self.leftOut(shape, keepsMaskToken: false) + (chosen.dropsPooling ? ["the attention pooling"] : []),
      weights: .safetensors(chosen.tensors(of: portable)), configuration: configuration)
  }

  /// For torch alone: a state dict under the names that timm, BEiT and DINO share.
  package init(torch portable: PortableModel) {
    let shape = portable.configuration
    self.init(
      className: "torch", leftOut: Self.leftOut(shape, keepsMaskToken: true),
      weights: .torch(
        portable.tensors(shape.qkvBias == .queryValue ? .withoutKey : .whole, keepsMaskToken: true)),
      weightsName: "model.pth")
  }

  static func ratio(_ shape: VisionTransformerConfiguration) -> Any { ratio(of: shape.hidden, over: shape.width) }

  static func ratio(of hidden: Int, over width: Int) -> Any {
    // Rounded up, as libraries cut what the product of width and ratio has behind the point.
    let ratio = Double(hidden) / Double(width)
    return Int(ratio * Double(width)) == hidden ? ratio : ratio.nextUp
  }

  static func refusal(_ library: String, _ what: String) -> CheckpointError {
    CheckpointError(
      "\(library) has no class for this model: it has \(what); export it --to onnx or --to torch, which take every "
        + "model, or to another library.")
  }

  /// What keeps a model from being BEiT's in timm or transformers, a clause.
  static func beitProblem(_ shape: VisionTransformerConfiguration, epsilon: Float?) -> String? {
    if shape.preNorm { return "a norm before its first block together with relative positions" }
    if shape.rotary != nil { return "rotary positions together with relative ones" }
    if hasUnusualBranches(shape) { return "gated MLPs or norms inside its branches together with relative positions" }
    if epsilon != nil, shape.activation != .gelu {
      return "another activation than GELU together with relative positions"
    }
    if let epsilon, shape.layerNormEpsilon > PortableModel.unfeltEpsilon, shape.layerNormEpsilon != epsilon {
      return "layer norms of epsilon \(shape.layerNormEpsilon) together with relative positions"
    }
    return nil
  }

  /// Whether the branches of its blocks have more than attention and two linear layers.
  static func hasUnusualBranches(_ shape: VisionTransformerConfiguration) -> Bool {
    shape.gatedMLP == true || shape.attentionNorm == true
  }

  static func leftOut(_ shape: VisionTransformerConfiguration, keepsMaskToken: Bool) -> [String] {
    (shape.maskToken && !keepsMaskToken ? ["the mask token"] : [])
      + (shape.projection == nil ? [] : ["the projection"])
  }
}
