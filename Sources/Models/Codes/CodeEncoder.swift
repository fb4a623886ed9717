import Recipe
import Tensors

/// What turns pictures into codes: a vision transformer, a head on each patch's token, and the codes.
///
/// Source: microsoft/unilm, `beit2/modeling_vqkd.py`, whose names its parameters bear.
package final class CodeEncoder: Module {
  /// Of BEiT v2's tokenizers: pixels x in 0...1 go in as 2x - 1.
  package static let normalization = PixelNormalization.half
  static let headName = "encode_task_layer"
  static let codesName = "quantize.embedding.weight"

  package let encoder: VisionTransformer
  package let head: TangentHead
  package let quantizer: VectorQuantizer

  init(encoder: VisionTransformer, head: TangentHead, quantizer: VectorQuantizer) {
    self.encoder = encoder
    self.head = head
    self.quantizer = quantizer
  }

  /// Codes along each side of a picture.
  package var grid: PlaneSize { encoder.configuration.grid }

  /// - Parameters:
  ///   - pixels: [B, 3, H, W] in 0...1, S = the encoder's image size
  ///   - observe: is given what each stage makes, by its name
  /// - Returns: [B * M, W], rows of length 1, with history
  package func latents(
    _ pixels: Tensor, observe: ((_ stage: String, _ values: Tensor) -> Void)? = nil
  ) -> Tensor {
    let tokens = patchTokens(encoder.features(pixels, normalization: Self.normalization, observe: observe))
    return l2Normalize(head(tokens.reshaped([tokens.shape[0] * tokens.shape[1], tokens.shape[2]])))
  }

  /// The code of every patch, B * M numbers in 0..<K; no gradient.
  package func codes(_ pixels: Tensor) -> [Int32] { withoutHistory { quantizer.nearest(to: latents(pixels)) } }

  package func parameters(prefix: String) -> [NamedTensor] {
    encoder.parameters(prefix: joined(prefix, "encoder")) + head.parameters(prefix: joined(prefix, Self.headName))
  }
}
