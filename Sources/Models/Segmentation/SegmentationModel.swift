import Tensors

/// A vision transformer with a head that gives every pixel a class.
///
/// Parameters of the model bear the names that they have without the head, those of the head mmsegmentation's.
package final class SegmentationModel: Module {
  package let backbone: VisionTransformer
  package let shape: SegmentationHeadShape
  package let head: any SegmentationHead

  /// A fresh head on a model.
  /// - Parameter backbone: without projection; with a final norm where the head reads behind it.
  package convenience init(on backbone: VisionTransformer, head: SegmentationHeadShape, classes: Int, seed: UInt64) {
    self.init(backbone, head, classes, source: RandomParameters(device: backbone.device, seed: seed))
  }

  init(_ backbone: VisionTransformer, _ shape: SegmentationHeadShape, _ classes: Int, source: any ParameterSource) {
    self.backbone = backbone
    self.shape = shape
    let scope = ParameterScope(source)
    head =
      switch shape {
      case .linear: LinearSegmentationHead(on: backbone.configuration, classes: classes, in: scope)
      case .uperNet(let channels):
        UperNetHead(on: backbone.configuration, channels: channels, classes: classes, in: scope)
      }
  }

  package var classes: Int { head.classes }

  /// Pixels to logits at the head's own size.
  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1
  ///   - training: whether the head's batch norms go by the batch, and its auxiliary logits are computed
  ///   - isFrozen: whether the model below the head gets no gradients: nothing of it is kept for the backward pass
  ///   - dropPath, dropout: decisions for this batch while training, nil otherwise
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  package func logits(
    _ pixels: Tensor, normalization: PixelNormalization, training: Bool, isFrozen: Bool = false,
    dropPath: DropPath? = nil, dropout: ChannelDropout? = nil, recomputes: Bool = false
  ) -> SegmentationLogits {
    func maps() -> [Tensor] {
      backbone.patchMaps(
        pixels, taps: head.taps, normed: head.readsNormed, normalization: normalization,
        dropPath: isFrozen ? nil : dropPath, recomputes: recomputes && !isFrozen)
    }
    return head.logits(isFrozen ? withoutHistory(maps) : maps(), training: training, dropout: dropout)
  }

  /// Logits of every pixel, without a gradient: those of the head resized to the pictures' size.
  /// - Returns: [B, S, S, classes]
  package func pixelLogits(_ pixels: Tensor, normalization: PixelNormalization) -> Tensor {
    withoutHistory {
      let logits = logits(pixels, normalization: normalization, training: false).main
      return resizedMap(logits, height: pixels.shape[2], width: pixels.shape[3])
    }
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    backbone.parameters(prefix: prefix) + head.parameters(prefix: prefix)
  }

  /// What training changes beside the parameters, and a saved state has to hold: running moments of batch norms.
  package func statistics(prefix: String = "") -> [NamedTensor] { head.statistics(prefix: prefix) }

  /// Names and shapes of all parameters, without making any.
  package static func parameterShapes(
    of configuration: VisionTransformerConfiguration, head: SegmentationHeadShape, classes: Int,
    device: any ComputeDevice
  ) -> [(name: String, shape: [Int])] {
    let recorder = ShapeRecorder(device: device)
    let backbone = VisionTransformer(configuration, device: device, source: recorder)
    _ = SegmentationModel(backbone, head, classes, source: recorder)
    return recorder.shapes
  }

  /// A frozen copy in memory of its own.
  package func copy() -> SegmentationModel {
    SegmentationModel(backbone.copy(), shape, classes, source: CopiedParameters(parameters() + statistics()))
  }
}
