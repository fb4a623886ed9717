import Foundation
import Tensors

/// What the workbench's own tokenizer files say about themselves, as JSON under the metadata key `mvp.tokenizer`.
package struct TokenizerCard: Codable, Equatable, Sendable {
  package static let metadataKey = "mvp.tokenizer"

  /// Sizes, of a file with a discrete variational autoencoder.
  package var dvae: DiscreteVAEConfiguration?
  /// Sizes, of a file with an autoencoder whose pictures a teacher compared.
  package var peco: PictureCoderShape?
  /// Who that was.
  package var teacher: String?
  package var seed: UInt64?
  /// Settings that made the weights, by name.
  package var recipe: [String: String]?
  /// Scores on held-out data, by name.
  package var scores: [String: Double]?

  package init(
    dvae: DiscreteVAEConfiguration? = nil, seed: UInt64? = nil, recipe: [String: String]? = nil,
    scores: [String: Double]? = nil
  ) {
    self.dvae = dvae
    self.seed = seed
    self.recipe = recipe
    self.scores = scores
  }

  /// The card as metadata of a safetensors file.
  /// - Throws: if a score is not a finite number.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(self) else {
      throw CheckpointError("A tokenizer cannot be described in JSON: one of its scores is not a finite number.")
    }
    return ["format": "pt", Self.metadataKey: String(decoding: text, as: UTF8.self)]
  }

  /// The card of a file; nil if the file is no tokenizer of the workbench.
  /// - Throws: if there is a card but it cannot be understood.
  package init?(_ file: any WeightsFile) throws {
    guard let text = file.metadata[Self.metadataKey] else { return nil }
    do { self = try JSONDecoder().decode(TokenizerCard.self, from: Data(text.utf8)) } catch {
      throw CheckpointError.file(
        file.url.path, "has a damaged \(Self.metadataKey) in its metadata, write the file again")
    }
  }
}

extension DiscreteVAE {
  /// Writes the whole tokenizer, decoder included, with its card.
  package func save(card: TokenizerCard, dtype: StorageType = .float32, to url: URL) throws {
    var card = card
    card.dvae = configuration
    try writeSafetensors(parameters(), metadata: card.metadata(), dtype: dtype, to: url)
  }
}
