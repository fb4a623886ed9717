import Foundation
import Tensors

/// What the workbench's file of a ``PictureCoder`` says of itself, under the metadata key `mvp.codes`.
package struct PictureCoderCard: Codable, Equatable, Sendable {
  static let metadataKey = "mvp.codes"

  package var shape: PictureCoderShape
  /// Whose features the pictures were compared by.
  package var teacher: String
  package var seed: UInt64
  /// Settings that made the weights, by name.
  package var recipe: [String: String]
  /// Scores on held-out data, by name.
  package var scores: [String: Double]

  package init(
    shape: PictureCoderShape, teacher: String, seed: UInt64, recipe: [String: String], scores: [String: Double]
  ) {
    self.shape = shape
    self.teacher = teacher
    self.seed = seed
    self.recipe = recipe
    self.scores = scores
  }
}

/// Writes a coder as one safetensors file that describes itself.
package func savePictureCoder(
  _ coder: PictureCoder, card: PictureCoderCard, dtype: StorageType = .float32, to url: URL
) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let text = try? encoder.encode(card) else {
    throw CheckpointError("A tokenizer cannot be described in JSON: one of its scores is not a finite number.")
  }
  try writeSafetensors(
    coder.parameters(prefix: "") + [NamedTensor(name: CodeEncoder.codesName, tensor: coder.quantizer.codes)],
    metadata: ["format": "pt", PictureCoderCard.metadataKey: String(decoding: text, as: UTF8.self)], dtype: dtype,
    to: url)
}

/// A coder read from a file, frozen.
package final class LoadedPictureCoder: PictureTokenizer {
  package let coder: PictureCoder
  package let card: PictureCoderCard

  init(_ coder: PictureCoder, card: PictureCoderCard) {
    self.coder = coder
    self.card = card
  }

  package var codes: Int { coder.quantizer.count }
  package var stride: Int { coder.shape.stride }
  package var codebook: Tensor? { coder.quantizer.codes }
  package var report: String {
    "VQ-VAE of \(codes) codes of width \(coder.shape.codeWidth), \(stride) px each; pictures compared by the features of "
      + card.teacher
  }
  package var parameters: [NamedTensor] {
    coder.parameters(prefix: "") + [NamedTensor(name: CodeEncoder.codesName, tensor: coder.quantizer.codes)]
  }

  package func codes(of pixels: Tensor) -> [Int32] {
    withoutHistory { coder.quantizer.nearest(to: coder.latents(pixels)) }
  }

  package func pixels(of codes: [Int32], grid: Int) -> Tensor? {
    withoutHistory {
      let made = coder.pictures(gatherRows(coder.quantizer.codes, codes), grid: grid)
      let (pictures, side) = (made.shape[0], made.shape[1])
      let planes = mapPatches(
        made, patch: side, mean: [-1, -1, -1], standardDeviation: [2, 2, 2])
      return planes.reshaped([pictures, 3, side, side])
    }
  }
}

/// Reads a coder from a file of the workbench, or from a run's checkpoint.
/// - Returns: nil where the file is no such tokenizer's.
/// - Throws: `CheckpointError`, one sentence that names the file and what is wrong.
package func loadPictureCoder(from url: URL, device: any ComputeDevice) throws -> LoadedPictureCoder? {
  let checkpoint = try CheckpointFolder(url)
  guard let file = checkpoint.files.first, let text = file.metadata[PictureCoderCard.metadataKey] else { return nil }
  guard let card = try? JSONDecoder().decode(PictureCoderCard.self, from: Data(text.utf8)),
    (1...6).contains(card.shape.widths.count),
    (card.shape.widths + [card.shape.codes, card.shape.codeWidth]).allSatisfy({ (1...65536).contains($0) })
  else {
    throw CheckpointError.file(
      file.url.path, "has a damaged \(PictureCoderCard.metadataKey) in its metadata, write the file again")
  }
  let reader = TowerReader(checkpoint, device: device) { [TensorPlace(names: [$0])] }
  try reader.check("the tokenizer that it describes", parameterShapes(of: card.shape, device: device)) { _ in false }
  let codes = reader.constant(
    CodeEncoder.codesName, shape: [card.shape.codes, card.shape.codeWidth], .zeros)
  let coder = PictureCoder(
    card.shape, quantizer: VectorQuantizer(codes: l2Normalize(codes).detached(), started: true), device: device,
    in: ParameterScope(reader))
  if let failure = reader.failure { throw failure }
  coder.freeze()
  return LoadedPictureCoder(coder, card: card)
}

/// Names and shapes of a coder's arrays, without making any.
private func parameterShapes(
  of shape: PictureCoderShape, device: any ComputeDevice
) -> [(name: String, shape: [Int])] {
  let recorder = ShapeRecorder(device: device)
  _ = PictureCoder(
    shape, quantizer: VectorQuantizer(codes: .zeros([1, 1], device: device), started: true), device: device,
    in: ParameterScope(recorder))
  return recorder.shapes + [(CodeEncoder.codesName, [shape.codes, shape.codeWidth])]
}
