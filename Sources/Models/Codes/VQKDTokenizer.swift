import Recipe
import Tensors

/// Sizes of a ``VQKDTokenizer``.
package struct VQKDShape: Codable, Equatable, Sendable {
  package var encoder: VisionTransformerConfiguration
  package var decoder: DecoderShape
  /// K, how many codes there are.
  package var codes: Int
  /// W, values of a code.
  package var codeWidth: Int
  /// Width of the teacher's features.
  package var outputs: Int

  package init(
    encoder: VisionTransformerConfiguration, decoder: DecoderShape, codes: Int, codeWidth: Int, outputs: Int
  ) {
    self.encoder = encoder
    self.decoder = decoder
    self.codes = codes
    self.codeWidth = codeWidth
    self.outputs = outputs
  }

  /// BEiT v2's encoder: learned positions, no shift of the key, no layer scale.
  package static func encoder(
    imageSize: PlaneSize = 224, patchSize: Int = 16, width: Int = 768, depth: Int = 12, heads: Int = 12
  ) -> VisionTransformerConfiguration {
    VisionTransformerConfiguration(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads, qkvBias: .queryValue)
  }
}

/// BEiT v2's tokenizer: codes from which a teacher's features of every patch can be told (vector-quantised knowledge
/// distillation).
///
/// Source: Peng et al. 2022, arXiv 2208.06366; microsoft/unilm, `beit2/modeling_vqkd.py`.
package final class VQKDTokenizer: Module {
  static let decoderName = "decoder"
  static let outputName = "decode_task_layer"

  package let shape: VQKDShape
  package let codes: CodeEncoder
  package let decoder: CodeDecoder
  package let output: TangentHead

  /// A fresh tokenizer, every value a function of `seed` and the parameter's name; codes begin with the first latents.
  package init(_ shape: VQKDShape, device: any ComputeDevice, seed: UInt64) {
    let values = shape.encoder.initialValues
    func scope(_ name: String) -> ParameterScope { ParameterScope(name: name, device: device, seed: seed) }
    self.shape = shape
    codes = CodeEncoder(
      encoder: VisionTransformer(shape.encoder, device: device, seed: seed),
      head: TangentHead(
        shape.encoder.width, shape.codeWidth, initialValues: values, in: scope(CodeEncoder.headName)),
      quantizer: VectorQuantizer(shape.codes, width: shape.codeWidth, device: device))
    decoder = CodeDecoder(
      shape.decoder, inputs: shape.codeWidth, grid: shape.encoder.grid, initialValues: values,
      in: scope(Self.decoderName))
    output = TangentHead(shape.decoder.width, shape.outputs, initialValues: values, in: scope(Self.outputName))
  }

  /// One way of a batch through the tokenizer, with history.
  package struct Pass {
    /// [B * M, W], rows of length 1.
    package let latents: Tensor
    package let quantized: QuantizedLatents
    /// -cos of what the codes tell of the teacher's features and these, mean over patches: -1...1.
    package let negativeCosine: Tensor

    /// 1 - cos + the commitment, of which BEiT v2 gives each weight 1.
    package var loss: Double { 1 + Double(negativeCosine.scalar) + Double(quantized.commitment.scalar) }
    /// The same less its constant: what has a gradient.
    package var objective: Tensor { add(negativeCosine, quantized.commitment) }
  }

  /// - Parameters:
  ///   - pixels: [B, 3, H, W] in 0...1
  ///   - targets: [B, M, outputs], the teacher's features of the patches alone
  ///   - seed: of the codes' start, which the first pass of a fresh tokenizer makes
  package func pass(_ pixels: Tensor, targets: Tensor, seed: UInt64) -> Pass {
    let latents = codes.latents(pixels)
    codes.quantizer.start(from: latents, seed: seed)
    let quantized = codes.quantizer.quantized(latents)
    return Pass(
      latents: latents, quantized: quantized,
      negativeCosine: cosineLoss(told(by: quantized.values, pictures: pixels.shape[0]), targets))
  }

  /// What codes tell of a teacher's features.
  /// - Parameter values: [B * M, W]
  /// - Returns: [B, M, outputs]
  package func told(by values: Tensor, pictures: Int) -> Tensor {
    output(decoder(values.reshaped([pictures, values.shape[0] / max(pictures, 1), shape.codeWidth])))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    codes.parameters(prefix: prefix) + decoder.parameters(prefix: joined(prefix, Self.decoderName))
      + output.parameters(prefix: joined(prefix, Self.outputName))
  }
}
