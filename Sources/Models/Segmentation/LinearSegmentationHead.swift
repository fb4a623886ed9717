import Tensors

/// Batch norm and a 1x1 convolution on the patch tokens of the last block.
///
/// Source: facebookresearch/dinov2 `eval/segmentation/models/decode_heads/linear_head.py`, and mmsegmentation's
/// `decode_head.py` for the names and the convolution's initial values.
package struct LinearSegmentationHead: SegmentationHead {
  package let taps: [Int]
  package let readsNormed = true
  package let leastBatch = 1
  package let norm: BatchNorm
  /// [classes, D]
  package let classifier: Linear

  init(on configuration: VisionTransformerConfiguration, classes: Int, in scope: ParameterScope) {
    let scope = scope.child("decode_head")
    taps = [configuration.depth - 1]
    norm = BatchNorm(configuration.width, in: scope.child("bn"))
    classifier = Linear(
      configuration.width, classes, in: scope.child("conv_seg"), weight: .normal(standardDeviation: 0.01))
  }

  package var classes: Int { classifier.outputs }

  /// - Returns: logits at the grid's size.
  package func logits(_ maps: [Tensor], training: Bool, dropout: ChannelDropout?) -> SegmentationLogits {
    SegmentationLogits(main: classifier(norm(maps[0], training: training)))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    let prefix = joined(prefix, "decode_head")
    return norm.parameters(prefix: joined(prefix, "bn")) + classifier.parameters(prefix: joined(prefix, "conv_seg"))
  }

  package func statistics(prefix: String) -> [NamedTensor] { norm.statistics(prefix: joined(prefix, "decode_head.bn")) }
}
