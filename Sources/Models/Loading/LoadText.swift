import Foundation
import Tensors

/// A CLIP text tower read from a checkpoint, frozen.
package struct LoadedText {
  package let model: TextTransformer
  /// The logarithm of what cosines are multiplied with; nil if the checkpoint does not have it.
  package let logitScale: Float?
  /// One line for people.
  package let report: String
  private let words: [String]?
  private let folder: URL

  init(model: TextTransformer, logitScale: Float?, report: String, words: [String]?, folder: URL) {
    self.model = model
    self.logitScale = logitScale
    self.report = report
    self.words = words
    self.folder = folder
  }

  /// The vocabulary: the word list inside a file of the workbench, or the byte-pair files beside the weights.
  /// - Throws: if there is none, or it has more numbers than the tower has embeddings.
  package func tokenizer() throws -> any Tokenizer {
    let tokenizer: any Tokenizer = try words.map { WordTokenizer(words: $0) } ?? BytePairTokenizer(beside: folder)
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw CheckpointError.file(
        folder.path,
        "has a vocabulary of \(tokenizer.vocabularySize) where the text tower knows"
          + " \(model.configuration.vocabularySize) tokens, use the vocabulary that came with the weights")
    }
    return tokenizer
  }

  /// Whether texts are split by a list of words of its own, which no other library has.
  var hasOwnWords: Bool { words != nil }

  /// Features of texts, normalised to length 1: [texts.count, P].
  package func features(_ texts: [String], tokenizer: any Tokenizer) -> Tensor {
    let length = model.configuration.contextLength
    return l2Normalize(model.features(texts.map { tokenizer.encode($0, contextLength: length) }))
  }
}

/// Reads CLIP's text tower from a checkpoint of transformers, OpenAI, open_clip or the workbench itself.
/// - Parameters:
///   - url: as for ``loadVision(from:device:tower:grid:imageSize:activation:)``
/// - Throws: `CheckpointError`, one sentence.
package func loadText(
  from url: URL, device: any ComputeDevice, activation: Activation? = nil
) throws -> LoadedText {
  let checkpoint = try CheckpointFolder(url)
  let card = try checkpoint.files.first.flatMap { try ModelCard($0) }
  let layout = try TextLayout(checkpoint, card: card)
  let reader = TowerReader(checkpoint, device: device, places: layout.places)
  var configuration = try card?.text ?? layout.configuration(checkpoint, reader: reader)
  if let activation { configuration.activation = activation }
  if let problem = configuration.problem {
    throw CheckpointError.file(checkpoint.path, "describes no text tower that can be built: \(problem)")
  }
  let expected = TextTransformer.parameterShapes(of: configuration, device: device)
  let what = "a text transformer of width \(configuration.width) and \(configuration.depth) blocks"
  try reader.check(what, expected, isOurs: layout.isOurs)
  let model = TextTransformer(configuration, device: device, source: reader)
  if let failure = reader.failure { throw failure }
  model.freeze()
  let report = [
    "CLIP text transformer", "vocabulary \(configuration.vocabularySize)", "\(configuration.contextLength) tokens",
    "width \(configuration.width), \(configuration.depth) blocks, \(configuration.heads) heads",
    "\(configuration.activation == .quickGELU ? "QuickGELU" : "GELU"), eps \(configuration.layerNormEpsilon)",
    "projection \(configuration.projection)",
  ].joined(separator: "; ")
  let scale = try card?.logitScale ?? layout.logitScale(checkpoint)
  return LoadedText(
    model: model, logitScale: scale, report: report, words: card?.words, folder: checkpoint.folder)
}
