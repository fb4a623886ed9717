import Models
import Recipe
import Tasks
import Tensors

/// The codes that a frozen tokenizer makes of each patch, as guidance: BEiT's targets.
///
/// The tokenizer sees the crop that the student sees, whole, resized so that it has a code for every patch of the
/// student's.
package final class CodeGuidance: KeepableGuidance {
  package let name: String
  package let grid: (rows: Int, columns: Int)
  let tokenizer: any PictureTokenizer
  /// Of the tokenizer's input, in pixels.
  private let size: PlaneSize

  /// - Parameter grid: patches of the student's pictures.
  package init(name: String, tokenizer: any PictureTokenizer, grid: PlaneSize) {
    self.name = name
    self.tokenizer = tokenizer
    self.grid = grid.rowsAndColumns
    size = grid * tokenizer.stride
    for parameter in tokenizer.parameters {
      parameter.tensor.requiresGradient = false
      parameter.tensor.isConstant = true
    }
  }

  package var featureWidth: Int { tokenizer.codes }
  package var codes: Int? { tokenizer.codes }
  package var codebook: Tensor? { tokenizer.codebook }
  package var summary: String { tokenizer.report }
  package var frozenParameterCount: Int { tokenizer.parameters.reduce(0) { $0 + $1.tensor.count } }

  package func targets(pixels: Tensor) throws -> Tensor {
    let codes = codes(of: pixels)
    let (pictures, patches) = (pixels.shape[0], grid.rows * grid.columns)
    let values = (0..<pictures).flatMap { picture in
      [Objective.noCode] + codes[picture * patches..<(picture + 1) * patches].map { Float($0) }
    }
    return Tensor(values, shape: [pictures, 1 + patches, 1], device: pixels.device)
  }

  private func codes(of pixels: Tensor) -> [Int32] {
    withoutHistory { tokenizer.codes(of: pixels.resampled(to: size, by: .lanczos)) }
  }

  package var frozenTokenizer: FrozenTokenizer? {
    FrozenTokenizer(
      name: name, parameters: tokenizer.parameters, facts: ["picture": "\(size) px", "tokenizer": tokenizer.report])
  }

  package var fingerprint: UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add("\(tokenizer.report) \(size)")
    for parameter in tokenizer.parameters {
      fingerprint.add(parameter.name)
      fingerprint.add(parameter.tensor.array())
    }
    return fingerprint.value
  }

  /// The picture that the codes stand for which are told of masked patches, where the tokenizer makes pictures of them.
  package func shown(_ predictions: [Float], over planes: [Float], size: PlaneSize, mask: [Bool]) -> ShownPicture? {
    let device = tokenizer.parameters.first?.tensor.device
    guard let device, mask.count == grid.rows * grid.columns else { return nil }
    let logits = Tensor(predictions, shape: [mask.count, featureWidth], device: device)
    let seen = codes(of: Tensor(planes, shape: [1, 3, size.height, size.width], device: device))
    let told = zip(mask, zip(rowArgmax(logits), seen)).map { $0 ? $1.0 : $1.1 }
    guard
      let made = withoutHistory({ tokenizer.pixels(of: told, grid: PlaneSize(height: grid.rows, width: grid.columns)) })
    else { return nil }
    let painted = made.resampled(to: size, by: .cubic).array()
    return ShownPicture(
      title: "rebuilt", brief: "told codes beside what is seen",
      help:
        "the tokenizer's picture of the codes that are told of masked patches, beside the visible ones; it takes true codes of "
        + "visible patches", rgb: beside(painted, planes: planes, size: size, mask: mask))
  }

  /// Masked patches of `painted` beside visible ones of `planes`, both [3, height, width].
  /// - Returns: RGB, row by row.
  private func beside(_ painted: [Float], planes: [Float], size: PlaneSize, mask: [Bool]) -> [UInt8] {
    let edge = size.height / grid.rows
    return (0..<size.area).flatMap { place in
      let (y, x) = place.quotientAndRemainder(dividingBy: size.width)
      let isMasked = mask[min(y / edge, grid.rows - 1) * grid.columns + min(x / edge, grid.columns - 1)]
      return (0..<3).map { channel in
        let value = (isMasked ? painted : planes)[channel * size.area + place]
        return value.isFinite ? UInt8(min(max(255 * value, 0), 255).rounded()) : 0
      }
    }
  }
}
