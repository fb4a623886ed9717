import Foundation
import Recipe
import Tensors

extension PictureCoder {
  /// Writes the whole tokenizer with its card.
  /// - Parameter teacher: whose features the pictures were compared by
  package func save(card: TokenizerCard, teacher: String, dtype: StorageType = .float32, to url: URL) throws {
    var card = card
    (card.peco, card.teacher) = (shape, teacher)
    try writeSafetensors(
      parameters(prefix: "") + [NamedTensor(name: CodeEncoder.codesName, tensor: quantizer.codes)],
      metadata: card.metadata(), dtype: dtype, to: url)
  }

  /// A trained one, from the arrays of a file.
  convenience init(_ shape: PictureCoderShape, device: any ComputeDevice, source: any ParameterSource) {
    // Half precision leaves rows of almost length 1.
    let codes = source.parameter(CodeEncoder.codesName, shape: [shape.codes, shape.codeWidth], .zeros)
    self.init(
      shape, quantizer: VectorQuantizer(codes: l2Normalize(codes.detached()), started: true), device: device,
      in: ParameterScope(source))
    freeze()
  }
}

extension PictureCoderShape {
  /// Whether a network of these sizes can be made.
  var isSound: Bool {
    (1...6).contains(widths.count) && (widths + [codes, codeWidth]).allSatisfy { (1...1 << 16).contains($0) }
  }
}

/// A picture coder read from a file, frozen.
package final class LoadedPictureCoder: PictureTokenizer {
  package let coder: PictureCoder
  package let card: TokenizerCard

  init(_ coder: PictureCoder, card: TokenizerCard) {
    self.coder = coder
    self.card = card
  }

  package var codes: Int { coder.quantizer.count }
  package var stride: Int { coder.shape.stride }
  package var codebook: Tensor? { coder.quantizer.codes }
  package var report: String {
    "VQ-VAE of \(codes) codes of width \(coder.shape.codeWidth), \(stride) px each"
      + (card.teacher.map { "; its pictures were compared by the features of \($0), too" } ?? "")
  }
  package var parameters: [NamedTensor] {
    coder.parameters(prefix: "") + [NamedTensor(name: CodeEncoder.codesName, tensor: coder.quantizer.codes)]
  }

  package func codes(of pixels: Tensor) -> [Int32] {
    withoutHistory { coder.quantizer.nearest(to: coder.latents(pixels)) }
  }

  package func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? {
    withoutHistory {
      let made = coder.pictures(gatherRows(coder.quantizer.codes, codes), grid: grid)
      let (pictures, height, width) = (made.shape[0], made.shape[1], made.shape[2])
      let (values, each) = (made.array(), height * width)
      var planes = [Float](repeating: 0, count: values.count)
      for picture in 0..<pictures {
        for place in 0..<each {
          for channel in 0..<3 {
            planes[(picture * 3 + channel) * each + place] = (values[(picture * each + place) * 3 + channel] + 1) / 2
          }
        }
      }
      return Tensor(planes, shape: [pictures, 3, height, width], device: made.device)
    }
  }
}
