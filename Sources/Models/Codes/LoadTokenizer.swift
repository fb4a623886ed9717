import Foundation
import Recipe
import Tensors

/// Reads a tokenizer of pictures from a safetensors file: one of the workbench's, BEiT v2's, or DALL-E's encoder by its
/// published names.
///
/// `encoder.pkl` as DALL-E published it is a pickled module, whose arrays two lines of Python write as safetensors:
///
///     import torch; from safetensors.torch import save_file
///     save_file(torch.load("encoder.pkl", weights_only=False).state_dict(), "dalle-encoder.safetensors")
/// - Parameter grid: codes along each side of a picture, of a tokenizer that has positions; nil: as many as in its own.
/// - Returns: nil where the file holds something else.
/// - Throws: ``CheckpointError``, one sentence that names the file and what is wrong.
package func loadTokenizer(
  from url: URL, device: any ComputeDevice, grid: PlaneSize? = nil
) throws -> (any PictureTokenizer)? {
  if let encoder = try loadCodeEncoder(from: url, device: device, grid: grid) { return encoder }
  let checkpoint = try CheckpointFolder(url)
  let reader = TowerReader(checkpoint, device: device) { [TensorPlace(names: [$0])] }
  func checked(_ what: String, _ make: (any ParameterSource) -> any PictureTokenizer) throws -> any PictureTokenizer {
    let recorder = ShapeRecorder(device: device)
    _ = make(recorder)
    try reader.check(what, recorder.shapes) { _ in false }
    let tokenizer = make(reader)
    if let failure = reader.failure { throw failure }
    return tokenizer
  }
  if let card = try checkpoint.files.first.flatMap({ try TokenizerCard($0) }) {
    if let sizes = card.peco, sizes.isSound {
      return try checked("a VQ-VAE of \(sizes.codes) codes") { source in
        LoadedPictureCoder(PictureCoder(sizes, device: device, source: source), card: card)
      }
    }
    guard let sizes = card.dvae else {
      throw CheckpointError.file(
        url.path, "is a tokenizer of a kind that this version does not know, use one that it does")
    }
    guard sizes.isSound else {
      throw CheckpointError.file(
        url.path, "has sizes in its \(TokenizerCard.metadataKey) that no tokenizer has, write the file again")
    }
    return try checked("a dVAE of \(sizes.codes) codes") { DiscreteVAE(sizes, device: device, source: $0) }
  }
  guard let width = checkpoint.shape(DalleEncoder.Names.input)?.first else { return nil }
  let codes = checkpoint.shape(DalleEncoder.Names.output)?.first ?? DalleEncoder.publishedCodes
  return try checked("DALL-E's encoder") { DalleEncoder(width: width, codes: codes, device: device, source: $0) }
}

extension DiscreteVAEConfiguration {
  /// Whether a network of these sizes can be made.
  var isSound: Bool {
    (1...1 << 24).contains(codes) && (1...1 << 16).contains(codeWidth) && (1...1 << 16).contains(width)
      && (1...6).contains(halvings)
  }
}
