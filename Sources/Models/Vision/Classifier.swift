import Recipe
import Tensors

/// A vision transformer with a linear classifier on one feature of a picture, as BEiT and MAE are fine-tuned:
/// on the mean of the patch tokens, which has a norm of its own, or on the CLS token after the final norm.
///
/// Source: microsoft/unilm `beit/modeling_finetune.py`; names are those of that file and of timm.
package final class Classifier: Module {
  package let backbone: VisionTransformer
  package let pooling: PooledFeature
  /// Behind the mean of the patches; nil for CLS.
  package let norm: LayerNorm?
  /// [D -> classes]
  package let head: Linear

  /// A fresh classifier on a model.
  /// - Parameters:
  ///   - backbone: without projection; with a final norm for CLS, without one for the mean.
  ///   - headScale: factor on the initial weights of the head; BEiT's is 0.001.
  package convenience init(
    on backbone: VisionTransformer, pooling: PooledFeature, classes: Int, headScale: Float, seed: UInt64
  ) {
    self.init(backbone, pooling, classes, source: RandomParameters(device: backbone.device, seed: seed))
    head.weight.write(head.weight.array().map { $0 * headScale })
  }

  init(_ backbone: VisionTransformer, _ pooling: PooledFeature, _ classes: Int, source: any ParameterSource) {
    let scope = ParameterScope(source)
    let configuration = backbone.configuration
    self.backbone = backbone
    self.pooling = pooling
    norm =
      pooling == .mean
      ? LayerNorm(configuration.width, epsilon: configuration.layerNormEpsilon, in: scope.child("fc_norm")) : nil
    head = Linear(configuration.width, classes, in: scope.child("head"))
  }

  package var classes: Int { head.outputs }

  /// - Parameters:
  ///   - pixels: [B, C, H, W] in 0...1
  ///   - dropPath: decisions for this batch while training, nil otherwise
  ///   - recomputes: keeps only every block's input for the backward pass, which computes the blocks again
  /// - Returns: [B, classes]
  package func logits(
    _ pixels: Tensor, normalization: PixelNormalization, dropPath: DropPath? = nil, recomputes: Bool = false
  ) -> Tensor {
    let batch = pixels.shape[0]
    let tokens = backbone.configuration.tokens
    // Behind the last attention the CLS token alone is wanted.
    let rows = pooling == .cls ? (0..<batch).map { Int32($0 * tokens) } : nil
    let features = backbone.features(
      pixels, normalization: normalization, dropPath: dropPath, rows: rows, recomputes: recomputes)
    return head(pooling == .cls ? features : pooled(features))
  }

  /// What the head sees of a model's tokens: [B, 1+M, D] -> [B, D].
  package func pooled(_ tokens: Tensor) -> Tensor {
    let pooled = pooling == .cls ? selectToken(tokens, 0) : meanTokens(tokens)
    return norm.map { $0(pooled) } ?? pooled
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    backbone.parameters(prefix: prefix) + ownParameters(prefix: prefix)
  }

  /// What it has beside the model: `fc_norm.*` and `head.*`.
  package func ownParameters(prefix: String = "") -> [NamedTensor] {
    (norm?.parameters(prefix: joined(prefix, "fc_norm")) ?? []) + head.parameters(prefix: joined(prefix, "head"))
  }

  /// A frozen copy in memory of its own.
  package func copy() -> Classifier {
    Classifier(backbone.copy(), pooling, classes, source: CopiedParameters(parameters()))
  }
}
