import Recipe
import Tensors

/// Heads that tell the classes of pixels: `logits`, [batch, classes, H, W] of the pictures' size.
extension OnnxGraph {
  /// Batch norm by the running moments, and a linear layer on every patch.
  /// - Parameter x: [batch, 1 + M, D] behind the final norm
  mutating func segment(_ x: String, _ head: LinearSegmentationHead, _ shape: VisionTransformerConfiguration) {
    let patches = tokens(x, from: 1, upTo: shape.tokens)
    let scale = constant("decode_head.bn.scale", [shape.width]) { head.norm.scalesAndShifts.scales }
    let shift = constant("decode_head.bn.shift", [shape.width]) { head.norm.scalesAndShifts.shifts }
    let normed = add("Add", [add("Mul", [patches, scale]), shift])
    let tensors = head.classifier.parameters(prefix: "decode_head.conv_seg").map { parameter in
      PortableTensor(name: parameter.name, shape: parameter.tensor.shape) { parameter.tensor.array() }
    }
    let named = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = add("Transpose", [linear(normed, "decode_head.conv_seg", of: named)], [("perm", .integers([0, 2, 1]))])
    let size = constant("map_size", [0, Int64(head.classes), Int64(shape.grid.height), Int64(shape.grid.width)])
    give(add("Reshape", [rows, size]), from: shape.grid, head.classes, shape)
  }

  /// UperNet as ``UperNetHead`` has it.
  /// - Parameter maps: of the blocks that it reads, [batch, D, rows, columns] each
  mutating func segment(_ maps: [String], _ head: UperNetHead, _ shape: VisionTransformerConfiguration) {
    let sides = FeaturePyramid.sides(grid: shape.grid, patchSize: shape.patchSize)
    let (width, channels, last) = (shape.width, head.classifier.inputs, sides.count - 1)
    let levels = pyramid(maps, head.pyramid)
    var joined = [levels[last]]
    for (index, size) in UperNetHead.poolSizes.enumerated() {
      let pool = averagePool(levels[last], from: sides[last], size: size)
      let seen = convolution(pool, head.pooled[index], inputs: width, "decode_head.psp_modules.\(index).1")
      joined.append(resized(seen, from: PlaneSize(square: size), to: sides[last]))
    }
    let inputs = width + UperNetHead.poolSizes.count * channels
    var joins = [convolution(besides(joined), head.bottleneck, inputs: inputs, "decode_head.bottleneck")]
    for index in (0..<last).reversed() {
      let side = convolution(levels[index], head.laterals[index], inputs: width, "decode_head.lateral_convs.\(index)")
      joins.insert(add("Add", [side, resized(joins[0], from: sides[index + 1], to: sides[index])]), at: 0)
    }
    for index in 0..<last {
      joins[index] = convolution(
        joins[index], head.smoothing[index], inputs: channels, "decode_head.fpn_convs.\(index)")
    }
    for index in 1...last { joins[index] = resized(joins[index], from: sides[index], to: sides[0]) }
    let fused = convolution(
      besides(joins), head.fusion, inputs: sides.count * channels, "decode_head.fpn_bottleneck")
    let weight = constant("decode_head.conv_seg.weight", [head.classes, channels, 1, 1]) {
      head.classifier.weight.array()
    }
    let bias = constant("decode_head.conv_seg.bias", [head.classes]) {
      head.classifier.bias?.array() ?? [Float](repeating: 0, count: head.classes)
    }
    let classes = add("Conv", [fused, weight, bias], [("kernel_shape", .integers([1, 1]))])
    give(classes, from: sides[0], head.classes, shape)
  }

  /// The maps of the blocks in steps of 4, 8, 16 and 32 pixels.
  private mutating func pyramid(_ maps: [String], _ pyramid: FeaturePyramid) -> [String] {
    maps.enumerated().map { level, map in
      var x = map
      let layers = pyramid.convolutions[level]
      for (place, layer) in layers.enumerated() {
        if place > 0, pyramid.norm != nil { x = activation(x, .gelu) }
        let norm = place + 1 < layers.count ? pyramid.norm : nil
        x = doubled(x, layer, norm: norm, "fpn\(level + 1).\(place)")
      }
      for _ in 0..<max(-pyramid.doublings[level], 0) { x = halved(x) }
      return x
    }
  }

  private mutating func besides(_ maps: [String]) -> String { add("Concat", maps, [("axis", .integer(1))]) }

  private mutating func give(
    _ logits: String, from side: PlaneSize, _ classes: Int, _ shape: VisionTransformerConfiguration
  ) {
    _ = add("Identity", [resized(logits, from: side, to: shape.imageSize)], name: "logits")
    output("logits", shape: [classes, shape.imageSize.height, shape.imageSize.width])
  }
}
