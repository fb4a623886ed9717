import Foundation
import Recipe

/// What the workbench's own files say about themselves, as JSON under the metadata key `mvp.config`.
package struct ModelCard: Codable, Sendable, Equatable {
  package static let metadataKey = "mvp.config"
  /// Put before the names of the text tower's tensors.
  package static let textPrefix = "text"

  package var family: VisionFamily
  package var vision: VisionTransformerConfiguration
  package var normalization: PixelNormalization
  package var text: TextTransformerConfiguration?
  /// The text tower's vocabulary, in the order of its numbers.
  package var words: [String]?
  /// Logarithm of CLIP's learned scale.
  package var logitScale: Float?
  package var seed: UInt64?
  /// Settings that made the weights, by name: steps, batch, rate, data range.
  package var recipe: [String: String]?
  /// Scores on held-out data, by name.
  package var scores: [String: Double]?
  /// Of a classifier: its classes in the order of their numbers, and what of the model it sees.
  package var classes: [String]?
  package var pooling: PooledFeature?
  /// Share of the resized shorter side that its centre crop keeps.
  package var cropShare: Float?
  /// Of a segmentation model, whose classes are those of pixels.
  package var segmentation: SegmentationCard?
  /// Of a tokenizer, whose encoder the model is.
  package var vqkd: VQKDCard?

  package init(
    family: VisionFamily, vision: VisionTransformerConfiguration, normalization: PixelNormalization,
    text: TextTransformerConfiguration? = nil, words: [String]? = nil, logitScale: Float? = nil, seed: UInt64? = nil,
    recipe: [String: String]? = nil, scores: [String: Double]? = nil
  ) {
    self.family = family
    self.vision = vision
    self.normalization = normalization
    self.text = text
    self.words = words
    self.logitScale = logitScale
    self.seed = seed
    self.recipe = recipe
    self.scores = scores
  }

  /// The card as metadata of a safetensors file. A file with it and a student's parameters, whatever stands before
  /// their names, is read by ``loadVision(from:device:tower:grid:imageSize:activation:)``.
  /// - Throws: if a score or setting is not a finite number.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(self) else {
      throw CheckpointError(
        "A model cannot be described in JSON: one of its scores or settings is not a finite number.")
    }
    return ["format": "pt", Self.metadataKey: String(decoding: text, as: UTF8.self)]
  }

  /// The card of a file; nil if the file is not one of the workbench's.
  /// - Throws: if there is a card but it cannot be understood.
  init?(_ file: any WeightsFile) throws {
    guard let text = file.metadata[Self.metadataKey] else { return nil }
    do { self = try JSONDecoder().decode(ModelCard.self, from: Data(text.utf8)) } catch {
      throw CheckpointError.file(
        file.url.path, "has a damaged \(Self.metadataKey) in its metadata, write the file again")
    }
    guard normalization.fits(channels: vision.channels) else {
      throw CheckpointError.file(
        file.url.path,
        "has a normalization in its \(Self.metadataKey) that is not a mean and a deviation for each of \(vision.channels) channels"
      )
    }
  }
}
