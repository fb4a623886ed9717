import Tensors

/// What makes classes of pixels out of the patch tokens of some blocks.
package protocol SegmentationHead: Module {
  /// The blocks that it reads, counted from 0 on, not falling.
  var taps: [Int] { get }
  /// Whether it reads them behind the model's final norm.
  var readsNormed: Bool { get }
  var classes: Int { get }
  /// Fewest pictures of a batch that it can be trained on.
  var leastBatch: Int { get }
  /// - Parameters:
  ///   - maps: [B, rows, columns, D] by tap
  ///   - training: whether batch norms go by the batch, and their running moments move
  ///   - dropout: decisions for this batch while training, nil otherwise
  func logits(_ maps: [Tensor], training: Bool, dropout: ChannelDropout?) -> SegmentationLogits
  /// The factors of ``logits(_:training:dropout:)`` on channels, [B, channels] by place; none where it drops none.
  func dropoutFactors(_ dropout: ChannelDropout, batch: Int) -> [[Float]]
  /// What training changes beside the parameters, and a saved state has to hold: running moments of batch norms.
  func statistics(prefix: String) -> [NamedTensor]
}

extension SegmentationHead {
  package func logits(_ maps: [Tensor], training: Bool) -> SegmentationLogits {
    logits(maps, training: training, dropout: nil)
  }

  package func dropoutFactors(_ dropout: ChannelDropout, batch: Int) -> [[Float]] { [] }
}

/// Logits by pixel, at sizes of their own.
package struct SegmentationLogits {
  /// [B, h, w, classes]
  package let main: Tensor
  /// Of an auxiliary head, in training only, and how much its loss counts beside the main one.
  package let auxiliary: (logits: Tensor, weight: Float)?

  package init(main: Tensor, auxiliary: (logits: Tensor, weight: Float)? = nil) {
    self.main = main
    self.auxiliary = auxiliary
  }
}

/// Which kind of head, and its sizes.
package enum SegmentationHeadShape: Equatable, Sendable {
  /// Batch norm and a 1x1 convolution on the last block's patch tokens behind the final norm.
  case linear
  /// UperNet on four blocks' patch tokens; `channels` is its width, the model's own in published figures.
  case uperNet(channels: Int)
}

extension SegmentationHeadShape {
  /// Why a head of this shape has no place on such a model, as a clause for an error; nil where it has.
  package func problem(on configuration: VisionTransformerConfiguration) -> String? {
    switch self {
    case .linear: return nil
    case .uperNet(let channels):
      let least = FeaturePyramid.leastGrid(patchSize: configuration.patchSize)
      if channels < 1 { return "UperNet has \(channels) channels, fewest are 1" }
      guard configuration.grid.shorter < least else { return nil }
      return
        "UperNet needs \(least) patches of \(configuration.patchSize) pixels along a side, and pictures of "
        + "\(configuration.imageSize) pixels have \(configuration.grid.shorter)"
    }
  }
}
