import Foundation
import Tensors

extension ExportedModel {
  /// For ONNX: pixels in 0...1 go in, any number of pictures at once, and are normalised by the graph itself.
  ///
  /// Out come `tokens`, [batch, 1 + M, D], CLS first and registers left out, and `embedding`, CLS through the
  /// projection where the model has one; of a classifier `logits`, [batch, classes], and of a head for pixels
  /// [batch, classes, H, W].
  package init(onnx portable: PortableModel) {
    let shape = portable.configuration
    let tensors = Dictionary(
      portable.tensors(.whole, keepsMaskToken: false).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var graph = OnnxGraph()
    graph.input("pixels", shape: [shape.channels, shape.imageSize.height, shape.imageSize.width])
    var x = graph.embedded("pixels", portable, tensors)
    let uperNet = portable.segmentation as? UperNetHead
    var maps: [String] = []
    for index in 0..<shape.depth {
      let name = "blocks.\(index)"
      let bias = shape.relativePositionBias ? graph.positionBias(ofBlock: name, shape, tensors) : nil
      let normed = graph.norm(x, "\(name).norm1", epsilon: shape.layerNormEpsilon, of: tensors)
      let attended = graph.attention(
        normed, "\(name).attn", shape: shape, bias: bias, isTurned: true, of: tensors)
      x = graph.added(attended, to: x, scale: "\(name).gamma_1", tensors)
      let between = graph.norm(x, "\(name).norm2", epsilon: shape.layerNormEpsilon, of: tensors)
      x = graph.added(
        graph.mlp(between, "\(name).mlp", shape: shape, of: tensors), to: x, scale: "\(name).gamma_2", tensors)
      for tap in uperNet?.taps ?? [] where tap == index { maps.append(graph.map(of: x, shape)) }
    }
    let hasCLS = shape.pooling == nil
    if uperNet == nil, shape.registers > 0 { x = graph.tokens(x, from: 0, upTo: shape.tokens - (hasCLS ? 0 : 1)) }
    if uperNet == nil, shape.finalNorm { x = graph.norm(x, "norm", epsilon: shape.layerNormEpsilon, of: tensors) }
    if uperNet == nil, !hasCLS { x = graph.pooled(x, shape, tensors) }
    if let classifier = portable.classifier {
      graph.classify(x, classifier, shape, tensors)
    } else if let uperNet {
      graph.segment(maps, uperNet, shape)
    } else if let head = portable.segmentation as? LinearSegmentationHead {
      graph.segment(x, head, shape)
    } else {
      x = graph.add("Identity", [x], name: "tokens")
      graph.output("tokens", shape: [shape.tokens, shape.width])
      if let projection = portable.model.projection { graph.embed(x, projection, shape) }
    }
    graph.notes = Self.notes(portable)
    self.init(
      className: "ONNX, opset \(OnnxGraph.opset)", leftOut: shape.maskToken ? ["the mask token"] : [],
      weights: .onnx(graph), weightsName: "model.onnx")
  }

  private static func notes(_ portable: PortableModel) -> [(key: String, value: String)] {
    func list(_ numbers: [Float]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ", "))]" }
    var notes: [(key: String, value: String)] = [
      (
        "input",
        "pixels, \(portable.configuration.channels == 3 ? "RGB" : "\(portable.configuration.channels) channels"), 0...1; "
          + "normalised by the model itself"
      ),
      ("mean", list(portable.normalization.mean)), ("std", list(portable.normalization.standardDeviation)),
      ("crop_share", "\(portable.cropShare)"),
    ]
    if !portable.classes.isEmpty {
      notes.append(("classes", "[\(portable.classes.map(quoted).joined(separator: ", "))]"))
    }
    return notes
  }
}

extension OnnxGraph {
  /// Pixels to the first block's input: [batch, C, S, S] -> [batch, 1 + M + R, D].
  fileprivate mutating func embedded(
    _ pixels: String, _ portable: PortableModel, _ tensors: [String: PortableTensor]
  ) -> String {
    let shape = portable.configuration
    let mean = constant("mean", [1, shape.channels, 1, 1]) { portable.normalization.mean }
    let deviation = constant("std", [1, shape.channels, 1, 1]) { portable.normalization.standardDeviation }
    let normalised = add("Div", [add("Sub", [pixels, mean]), deviation])
    let kernel = ["patch_embed.proj.weight", "patch_embed.proj.bias"].compactMap { tensors[$0] }.map { constant($0) }
    let sides = Attribute.integers([shape.patchSize, shape.patchSize])
    let map = add("Conv", [normalised] + kernel, [("kernel_shape", sides), ("strides", sides)])
    let rows = add("Reshape", [map, constant("patch_rows", [0, Int64(shape.width), -1])])
    let patches = add("Transpose", [rows], [("perm", .integers([0, 2, 1]))])
    var parts = [patches]
    if let cls = tensors["cls_token"] { parts.insert(repeated(cls, as: pixels), at: 0) }
    var x = add("Concat", parts, [("axis", .integer(1))])
    if let positions = tensors["pos_embed"] { x = add("Add", [x, constant(positions)]) }
    if let registers = tensors["register_tokens"] {
      x = add("Concat", [x, repeated(registers, as: pixels)], [("axis", .integer(1))])
    }
    return shape.preNorm ? norm(x, "norm_pre", epsilon: shape.layerNormEpsilon, of: tensors) : x
  }

  /// Tokens of one picture for each of a batch.
  mutating func repeated(_ tensor: PortableTensor, as batch: String) -> String {
    let count = add("Shape", [batch], [("start", .integer(0)), ("end", .integer(1))])
    let rest = constant("\(tensor.name).shape", tensor.shape.dropFirst().map(Int64.init))
    return add("Expand", [constant(tensor), add("Concat", [count, rest], [("axis", .integer(0))])])
  }

  /// What a block adds to its scores, [H, N, N], by its own table of relative positions or by the shared one.
  fileprivate mutating func positionBias(
    ofBlock name: String, _ shape: VisionTransformerConfiguration, _ tensors: [String: PortableTensor]
  ) -> String? {
    let own = tensors["\(name).attn.relative_position_bias_table"]
    if own == nil, hasSharedBias { return "position_bias" }
    guard let table = own ?? tensors["rel_pos_bias.relative_position_bias_table"] else { return nil }
    let index = constant(
      "relative_position_index", relativePositionIndex(grid: shape.grid).map(Int64.init),
      shape: [shape.tokens, shape.tokens])
    let rows = add("Gather", [constant(table), index], [("axis", .integer(0))])
    return add(
      "Transpose", [rows], [("perm", .integers([2, 0, 1]))],
      name: own == nil ? "position_bias" : "\(name).position_bias")
  }

  private var hasSharedBias: Bool {
    constants.contains { $0.name == "rel_pos_bias.relative_position_bias_table" }
  }

  fileprivate mutating func added(
    _ branch: String, to x: String, scale: String, _ tensors: [String: PortableTensor]
  ) -> String {
    guard let scale = tensors[scale] else { return add("Add", [x, branch]) }
    return add("Add", [x, add("Mul", [branch, constant(scale)])])
  }

  fileprivate mutating func classify(
    _ x: String, _ classifier: Classifier, _ shape: VisionTransformerConfiguration, _ tensors: [String: PortableTensor]
  ) {
    var pooled: String
    if classifier.pooling == .cls {
      pooled = item(0, of: x, axis: 1)
    } else {
      let patches = tokens(x, from: 1, upTo: shape.tokens)
      pooled = add("ReduceMean", [patches], [("axes", .integers([1])), ("keepdims", .integer(0))])
    }
    pooled = norm(pooled, "fc_norm", epsilon: shape.layerNormEpsilon, of: tensors)
    _ = add("Identity", [linear(pooled, "head", of: tensors)], name: "logits")
    output("logits", shape: [classifier.classes])
  }

  /// CLIP's projection of CLS.
  fileprivate mutating func embed(_ x: String, _ projection: Linear, _ shape: VisionTransformerConfiguration) {
    let tensors = projection.parameters(prefix: "projection").map { parameter in
      PortableTensor(name: parameter.name, shape: parameter.tensor.shape) { parameter.tensor.array() }
    }
    let named = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    _ = add("Identity", [linear(item(0, of: x, axis: 1), "projection", of: named)], name: "embedding")
    output("embedding", shape: [projection.weight.shape[0]])
  }
}
