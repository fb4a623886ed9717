import Recipe
import Tensors

/// Sizes of a ``PictureCoder``.
package struct PictureCoderShape: Codable, Equatable, Sendable {
  /// Channels of the maps, each half as large as the one before, the first half as large as the picture.
  package var widths: [Int]
  /// K, how many codes there are.
  package var codes: Int
  /// W, values of a code.
  package var codeWidth: Int

  package init(widths: [Int], codes: Int, codeWidth: Int) {
    self.widths = widths
    self.codes = codes
    self.codeWidth = codeWidth
  }

  /// Pixels along an edge of what a code stands for.
  package var stride: Int { 1 << widths.count }
}

/// A convolutional autoencoder whose middle are codes of a ``VectorQuantizer``: a VQ-VAE (van den Oord et al. 2017,
/// arXiv 1711.00937). Maps are halved and doubled by 2x2 convolutions of stride 2, with a residual block at each size.
package final class PictureCoder: Module {
  /// Pixels x in 0...1 go in as 2x - 1, and come out so.
  package static let normalization = PixelNormalization.half

  package let shape: PictureCoderShape
  package let device: any ComputeDevice
  package let quantizer: VectorQuantizer
  private let halvings: [Linear]
  private let encoding: [ResidualConvolution]
  /// [C -> W] and back.
  private let toCode, fromCode: Linear
  private let decoding: [ResidualConvolution]
  private let doublings: [TransposedConvolution]

  /// A fresh one, every value a function of `seed` and the parameter's name; codes begin with the first latents.
  package convenience init(_ shape: PictureCoderShape, device: any ComputeDevice, seed: UInt64) {
    self.init(
      shape, quantizer: VectorQuantizer(shape.codes, width: shape.codeWidth, device: device), device: device,
      in: ParameterScope(RandomParameters(device: device, seed: seed)))
  }

  init(_ shape: PictureCoderShape, quantizer: VectorQuantizer, device: any ComputeDevice, in scope: ParameterScope) {
    func layer(_ inputs: Int, _ outputs: Int, _ name: String) -> Linear {
      Linear(
        inputs, outputs, in: scope.child(name),
        weight: .normal(standardDeviation: 1 / Float(inputs).squareRoot()))
    }
    let (widths, last) = (shape.widths, shape.widths.last ?? 1)
    self.shape = shape
    self.device = device
    self.quantizer = quantizer
    halvings = widths.indices.map { layer(4 * ($0 == 0 ? 3 : widths[$0 - 1]), widths[$0], "encoder.\($0).half") }
    encoding = widths.indices.map { ResidualConvolution(widths[$0], in: scope.child("encoder.\($0)")) }
    toCode = layer(last, shape.codeWidth, "to_code")
    fromCode = layer(shape.codeWidth, last, "from_code")
    decoding = widths.indices.map { ResidualConvolution(widths[$0], in: scope.child("decoder.\($0)")) }
    doublings = widths.indices.map {
      TransposedConvolution(widths[$0], $0 == 0 ? 3 : widths[$0 - 1], in: scope.child("decoder.\($0).double"))
    }
  }

  /// - Parameter pixels: [B, 3, H, W] in 0...1, whose sides ``PictureCoderShape/stride`` divides
  /// - Returns: [B * M, W], rows of length 1, with history
  package func latents(_ pixels: Tensor) -> Tensor {
    let pictures = pixels.shape[0]
    var x = halvings[0](
      patchify(
        pixels, patch: 2, mean: Self.normalization.mean, standardDeviation: Self.normalization.standardDeviation)
    ).reshaped([pictures, pixels.shape[2] / 2, pixels.shape[3] / 2, shape.widths[0]])
    x = encoding[0](x)
    for stage in 1..<shape.widths.count {
      let halved = [pictures, x.shape[1] / 2, x.shape[2] / 2, shape.widths[stage]]
      x = halvings[stage](mapPatches(x, patch: 2)).reshaped(halved)
      x = encoding[stage](x)
    }
    return l2Normalize(toCode(x).reshaped([pictures * x.shape[1] * x.shape[2], shape.codeWidth]))
  }

  /// The pictures that codes stand for.
  /// - Parameter values: [B * M, W], M a square
  /// - Returns: [B, S, S, 3], as 2x - 1 of x in 0...1, with history
  package func pictures(_ values: Tensor, grid: PlaneSize) -> Tensor {
    let pictures = values.shape[0] / max(grid.area, 1)
    var x = fromCode(values.reshaped([pictures, grid.height, grid.width, shape.codeWidth]))
    for stage in shape.widths.indices.reversed() { x = doublings[stage](decoding[stage](x)) }
    return x
  }

  /// One way of a batch through it, with history.
  package struct Pass {
    /// [B * M, W], rows of length 1.
    package let latents: Tensor
    package let quantized: QuantizedLatents
    /// [B, S, S, 3], as 2x - 1.
    package let pictures: Tensor
    /// Mean squared difference from the pictures, both as 2x - 1.
    package let difference: Tensor
  }

  /// - Parameters:
  ///   - pixels: [B, 3, H, W] in 0...1
  ///   - seed: of the codes' start, which the first pass of a fresh one makes
  package func pass(_ pixels: Tensor, seed: UInt64) -> Pass {
    let latents = latents(pixels)
    quantizer.start(from: latents, seed: seed)
    let quantized = quantizer.quantized(latents)
    let made = pictures(
      quantized.values, grid: PlaneSize(height: pixels.shape[2], width: pixels.shape[3]) / shape.stride)
    let (mean, deviation) = (Self.normalization.mean, Self.normalization.standardDeviation)
    return Pass(
      latents: latents, quantized: quantized, pictures: made,
      difference: meanSquaredLoss(
        mapPatches(made, patch: 1), patchify(pixels, patch: 1, mean: mean, standardDeviation: deviation)))
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    func stages(_ name: String, _ make: (Int, String) -> [NamedTensor]) -> [NamedTensor] {
      shape.widths.indices.flatMap { make($0, joined(prefix, "\(name).\($0)")) }
    }
    return stages("encoder") { halvings[$0].parameters(prefix: "\($1).half") + encoding[$0].parameters(prefix: $1) }
      + toCode.parameters(prefix: joined(prefix, "to_code"))
      + fromCode.parameters(prefix: joined(prefix, "from_code"))
      + stages("decoder") { decoding[$0].parameters(prefix: $1) + doublings[$0].parameters(prefix: "\($1).double") }
  }
}
