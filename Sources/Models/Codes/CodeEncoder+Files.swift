import Foundation
import Recipe
import Tensors

/// How a tokenizer that a teacher taught was made, in its file.
package struct VQKDCard: Codable, Equatable, Sendable {
  package var decoder: DecoderShape
  package var codes: Int
  package var codeWidth: Int
  package var outputs: Int
  /// Whose features its codes tell.
  package var teacher: String
}

/// Writes a tokenizer as one safetensors file that describes itself: its encoder as a model of the workbench, the rest
/// under the names of microsoft/unilm's `beit2/modeling_vqkd.py`.
/// - Parameters:
///   - teacher: whose features its codes tell
///   - card: seed, recipe and scores; shapes are taken from the tokenizer
package func saveVQKD(
  _ tokenizer: VQKDTokenizer, teacher: String, card: ModelCard, dtype: StorageType = .float32, to url: URL
) throws {
  let (shape, codes) = (tokenizer.shape, tokenizer.codes)
  var card = card
  card.vqkd = VQKDCard(
    decoder: shape.decoder, codes: shape.codes, codeWidth: shape.codeWidth, outputs: shape.outputs, teacher: teacher)
  let others =
    codes.head.parameters(prefix: CodeEncoder.headName)
    + [NamedTensor(name: CodeEncoder.codesName, tensor: codes.quantizer.codes)]
    + tokenizer.decoder.parameters(prefix: VQKDTokenizer.decoderName)
    + tokenizer.output.parameters(prefix: VQKDTokenizer.outputName)
  try saveVision(codes.encoder, others: others, card: card, dtype: dtype, to: url)
}

/// A tokenizer that a teacher taught, read from a file, frozen.
package final class LoadedCodeEncoder: PictureTokenizer {
  package let encoder: CodeEncoder
  package let report: String
  /// How the file was made, where it says so.
  package let card: ModelCard?

  init(_ encoder: CodeEncoder, report: String, card: ModelCard?) {
    self.encoder = encoder
    self.report = report
    self.card = card
  }

  package var codes: Int { encoder.quantizer.count }
  package var stride: Int { encoder.encoder.configuration.patchSize }
  package var codebook: Tensor? { encoder.quantizer.codes }
  package var parameters: [NamedTensor] {
    encoder.parameters(prefix: "") + [NamedTensor(name: CodeEncoder.codesName, tensor: encoder.quantizer.codes)]
  }

  package func codes(of pixels: Tensor) -> [Int32] { encoder.codes(pixels) }
  /// None: its codes tell a teacher's features.
  package func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? { nil }
}

/// Reads the encoder and the codes of a tokenizer that a teacher taught: of the workbench's own, or of BEiT v2's as
/// published (microsoft/unilm, `beit2/TOKENIZER.md`), stored as safetensors.
/// - Parameters:
///   - grid: codes along each side; positions are interpolated
/// - Returns: nil where the file holds no such tokenizer.
/// - Throws: `CheckpointError`, one sentence that names the file and what is wrong.
package func loadCodeEncoder(
  from url: URL, device: any ComputeDevice, grid: PlaneSize? = nil
) throws -> LoadedCodeEncoder? {
  let checkpoint = try CheckpointFolder(url)
  let isHeaded = checkpoint.has("\(CodeEncoder.headName).0.weight")
  guard isHeaded, let shape = checkpoint.shape(CodeEncoder.codesName), shape.count == 2, shape[0] > 0 else {
    return nil
  }
  let isPublished = checkpoint.has("encoder.patch_embed.proj.weight")
  let vision = try loadVision(from: url, device: device, tower: isPublished ? "encoder" : nil, grid: grid)
  let reader = TowerReader(checkpoint, device: device) { [TensorPlace(names: [$0])] }
  let head = TangentHead(
    vision.model.configuration.width, shape[1], initialValues: .beit,
    in: ParameterScope(reader, name: CodeEncoder.headName))
  // Half precision leaves rows of almost length 1.
  let codes = l2Normalize(reader.constant(CodeEncoder.codesName, shape: shape, .zeros))
  if let failure = reader.failure { throw failure }
  head.freeze()
  return LoadedCodeEncoder(
    CodeEncoder(
      encoder: vision.model, head: head, quantizer: VectorQuantizer(codes: codes.detached(), started: true)),
    report: (["VQ-KD tokenizer of \(shape[0]) codes of width \(shape[1])"]
      + (vision.card?.vqkd.map { ["taught by \($0.teacher)"] } ?? []) + [vision.report]).joined(separator: "; "),
    card: vision.card)
}
