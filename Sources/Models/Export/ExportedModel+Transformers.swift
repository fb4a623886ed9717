import Recipe
import Tensors

extension ExportedModel {
  /// For transformers: the class that ``TransformersKind`` chooses.
  /// - Throws: `CheckpointError` for what no class has.
  package init(transformers portable: PortableModel) throws {
    let shape = portable.configuration
    let kind = try TransformersKind(portable)
    let className = kind.className(shape, isClassifier: portable.classifier != nil)
    var values: [String: Any] = [
      "architectures": [className], "model_type": kind.modelType(shape),
      "hidden_size": shape.width, "num_hidden_layers": shape.depth, "num_attention_heads": shape.heads,
      "image_size": Self.size(shape.imageSize), "patch_size": shape.patchSize,
      "num_channels": shape.channels, "layer_norm_eps": Self.decimal(shape.layerNormEpsilon),
      "hidden_act": Self.transformersName(shape.activation), "dtype": "float32",
    ]
    values.merge(kind.settings(shape)) { $1 }
    if portable.classifier != nil {
      let numbered = portable.classes.enumerated()
      values["id2label"] = Dictionary(uniqueKeysWithValues: numbered.map { ("\($0.offset)", $0.element) })
      values["label2id"] = Dictionary(numbered.map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }
    let preprocessor = Self.json([
      "image_processor_type": "BitImageProcessor", "do_resize": true, "size": Self.resizing(portable),
      "resample": 3, "do_center_crop": true,
      "crop_size": ["height": shape.imageSize.height, "width": shape.imageSize.width],
      "do_rescale": true, "rescale_factor": 1 / 255.0, "do_normalize": true, "do_convert_rgb": shape.channels == 3,
      "image_mean": portable.normalization.mean.map(Self.decimal),
      "image_std": portable.normalization.standardDeviation.map(Self.decimal),
    ])
    let (tensors, keepsMask) = (kind.tensors(of: portable), kind.keepsMaskToken)
    self.init(
      className: "transformers.\(className)", leftOut: Self.leftOut(shape, keepsMaskToken: keepsMask),
      weights: .safetensors(tensors), configuration: Self.json(values), preprocessor: preprocessor)
  }

  /// The name that transformers has for an activation; its own of a gated MLP is that of the gate.
  private static func transformersName(_ activation: Activation) -> String {
    switch activation {
    case .quickGELU: "quick_gelu"
    case .tanhGELU: "gelu_pytorch_tanh"
    case .silu: "silu"
    case .gelu, .none: "gelu"
    }
  }

  /// What pictures are resized to before their middle is taken. No processor of transformers resizes a picture so that
  /// it covers a rectangle: there both sides are given.
  private static func resizing(_ portable: PortableModel) -> [String: Any] {
    let size = portable.configuration.imageSize
    func resized(_ side: Int) -> Int { Int((Float(side) / portable.cropShare).rounded()) }
    guard !size.isSquare else { return ["shortest_edge": resized(size.height)] }
    return ["height": resized(size.height), "width": resized(size.width)]
  }
}
