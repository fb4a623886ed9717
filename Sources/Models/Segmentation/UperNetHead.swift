import Recipe
import Tensors

/// UperNet on the raw patch tokens of four blocks: a feature pyramid, pyramid pooling on its coarsest map, lateral and
/// top-down joins, all levels side by side at the finest size; beside it, in training, an auxiliary head.
///
/// Sources: microsoft/unilm `beit/semantic_segmentation` for pyramid, taps and figures; mmsegmentation's
/// `uper_head.py`, `psp_head.py`, `fcn_head.py` for the structure and the names; Xiao et al. 2018.
package struct UperNetHead: SegmentationHead {
  /// Sides of the maps that the coarsest one is pooled to.
  static let poolSizes = [1, 2, 3, 6]
  static let dropoutRate: Float = 0.1
  static let auxiliaryWeight: Float = 0.4
  /// Most channels of the auxiliary head, and the level that it reads.
  static let auxiliaryChannels = 256
  static let auxiliaryLevel = 2

  package let taps: [Int]
  package let readsNormed = false
  /// The pool of one value a channel and picture has no variance where there is one picture.
  package let leastBatch = 2
  let pyramid: FeaturePyramid
  /// 1x1, on each pooled map.
  let pooled: [NormedConvolution]
  /// 3x3, on the coarsest map and the pooled ones.
  let bottleneck: NormedConvolution
  /// 1x1 and 3x3, on each level but the coarsest.
  let laterals, smoothing: [NormedConvolution]
  /// 3x3, on all levels side by side.
  let fusion: NormedConvolution
  let classifier: Linear
  let auxiliary: NormedConvolution
  let auxiliaryClassifier: Linear

  /// - Parameter channels: width of the head; published figures are the model's own.
  init(on configuration: VisionTransformerConfiguration, channels: Int, classes: Int, in scope: ParameterScope) {
    let width = configuration.width
    let head = scope.child("decode_head")
    taps = Self.taps(depth: configuration.depth)
    pyramid = FeaturePyramid(width: width, patchSize: configuration.patchSize, in: scope)
    pooled = Self.poolSizes.indices.map {
      NormedConvolution(width, channels, side: 1, in: head.child("psp_modules.\($0).1"))
    }
    bottleneck = NormedConvolution(
      width + Self.poolSizes.count * channels, channels, side: 3, in: head.child("bottleneck"))
    let finer = 0..<FeaturePyramid.levels - 1
    laterals = finer.map { NormedConvolution(width, channels, side: 1, in: head.child("lateral_convs.\($0)")) }
    smoothing = finer.map { NormedConvolution(channels, channels, side: 3, in: head.child("fpn_convs.\($0)")) }
    fusion = NormedConvolution(
      FeaturePyramid.levels * channels, channels, side: 3, in: head.child("fpn_bottleneck"))
    classifier = Linear(channels, classes, in: head.child("conv_seg"), weight: .normal(standardDeviation: 0.01))
    let second = scope.child("auxiliary_head")
    let narrow = min(channels, Self.auxiliaryChannels)
    auxiliary = NormedConvolution(width, narrow, side: 3, in: second.child("convs.0"))
    auxiliaryClassifier = Linear(
      narrow, classes, in: second.child("conv_seg"), weight: .normal(standardDeviation: 0.01))
  }

  /// The ends of a third, a half, two thirds and the whole of the blocks: 3, 5, 7, 11 of twelve.
  package static func taps(depth: Int) -> [Int] {
    [depth / 3, depth / 2, 2 * depth / 3, depth].map { max($0 - 1, 0) }
  }

  package var classes: Int { classifier.outputs }

  /// - Returns: logits at the finest level's size, auxiliary ones at that of their level.
  package func logits(_ maps: [Tensor], training: Bool, dropout: ChannelDropout?) -> SegmentationLogits {
    let levels = pyramid(maps, training: training)
    let main = classifier(dropped(decoded(levels, training: training), dropout, part: 0))
    guard training else { return SegmentationLogits(main: main) }
    let second = auxiliary(levels[Self.auxiliaryLevel], training: true)
    return SegmentationLogits(
      main: main,
      auxiliary: (auxiliaryClassifier(dropped(second, dropout, part: 1)), Self.auxiliaryWeight))
  }

  private func decoded(_ levels: [Tensor], training: Bool) -> Tensor {
    let coarsest = levels[levels.count - 1]
    let pools = zip(Self.poolSizes, pooled).map { size, convolution in
      convolution(averagePool(coarsest, size: size), training: training)
    }
    var joins = [bottleneck(joinedMaps([coarsest] + pools), training: training)]
    for (level, lateral) in zip(levels, laterals).reversed() {
      let side = lateral(level, training: training)
      joins.insert(
        resizedMap(joins[0], height: side.shape[1], width: side.shape[2], addedTo: side), at: 0)
    }
    for (index, convolution) in smoothing.enumerated() { joins[index] = convolution(joins[index], training: training) }
    return fusion(joinedMaps(joins), training: training)
  }

  private func dropped(_ x: Tensor, _ dropout: ChannelDropout?, part: Int) -> Tensor {
    guard let dropout else { return x }
    return scaledChannels(x, by: factors(dropout, batch: x.shape[0], channels: x.shape[3], part: part))
  }

  private func factors(_ dropout: ChannelDropout, batch: Int, channels: Int, part: Int) -> [Float] {
    dropout.factors(rate: Self.dropoutRate, batch: batch, channels: channels, part: part)
  }

  /// - Returns: those before the classifier and before the auxiliary one.
  package func dropoutFactors(_ dropout: ChannelDropout, batch: Int) -> [[Float]] {
    [classifier, auxiliaryClassifier].enumerated().map { part, classifier in
      factors(dropout, batch: batch, channels: classifier.inputs, part: part)
    }
  }

  /// All but the classifiers, by name.
  private var convolutions: [(String, NormedConvolution)] {
    var all = [
      ("decode_head.bottleneck", bottleneck), ("decode_head.fpn_bottleneck", fusion),
      ("auxiliary_head.convs.0", auxiliary),
    ]
    for (index, layer) in pooled.enumerated() { all.append(("decode_head.psp_modules.\(index).1", layer)) }
    for (index, layer) in laterals.enumerated() { all.append(("decode_head.lateral_convs.\(index)", layer)) }
    for (index, layer) in smoothing.enumerated() { all.append(("decode_head.fpn_convs.\(index)", layer)) }
    return all
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    pyramid.parameters(prefix: prefix)
      + convolutions.flatMap { name, layer in layer.parameters(prefix: joined(prefix, name)) }
      + classifier.parameters(prefix: joined(prefix, "decode_head.conv_seg"))
      + auxiliaryClassifier.parameters(prefix: joined(prefix, "auxiliary_head.conv_seg"))
  }

  package func statistics(prefix: String) -> [NamedTensor] {
    pyramid.statistics(prefix: prefix)
      + convolutions.flatMap { name, layer in layer.statistics(prefix: joined(prefix, name)) }
  }
}

extension UperNetHead {
  /// Multiply-adds of a forward pass in training for one picture.
  package static func multiplyAdds(
    grid: PlaneSize, patchSize: Int, width: Double, channels: Double, classes: Double
  ) -> Double {
    let sides = FeaturePyramid.sides(grid: grid, patchSize: patchSize)
    let pixels = sides.map { Double($0.area) }
    let narrow = min(channels, Double(auxiliaryChannels))
    let finer = pixels.dropLast().reduce(0, +)
    let pools = poolSizes.reduce(0) { $0 + Double($1 * $1) } * width * channels
    let bottleneck = pixels[pixels.count - 1] * 9 * (width + Double(poolSizes.count) * channels) * channels
    let fusion = pixels[0] * (9 * Double(pixels.count) * channels * channels + channels * classes)
    let second = pixels[auxiliaryLevel] * (9 * width * narrow + narrow * classes)
    return FeaturePyramid.multiplyAdds(grid: grid, patchSize: patchSize, width: width) + pools + bottleneck
      + finer * (width * channels + 9 * channels * channels) + fusion + second
  }
}
