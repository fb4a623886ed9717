import Foundation

/// What the workbench's own files say about themselves, as JSON under the metadata key `mvp.config`.
public struct ModelCard: Codable, Sendable, Equatable {
  public static let metadataKey = "mvp.config"
  /// Put before the names of the text tower's tensors.
  public static let textPrefix = "text"

  public var family: VisionFamily
  public var vision: VisionTransformerConfiguration
  public var normalization: PixelNormalization
  public var text: TextTransformerConfiguration?
  /// The text tower's vocabulary, in the order of its numbers.
  public var words: [String]?
  /// Logarithm of CLIP's learned scale.
  public var logitScale: Float?
  public var seed: UInt64?
  /// Settings that made the weights, by name: steps, batch, rate, data range.
  public var recipe: [String: String]?
  /// Scores on held-out data, by name.
  public var scores: [String: Double]?

  public init(
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

  /// The card of a file; nil where the file is not one of the workbench's.
  /// - Throws: where there is a card but it cannot be understood.
  init?(_ file: SafetensorsFile) throws {
    guard let text = file.metadata[Self.metadataKey] else { return nil }
    do { self = try JSONDecoder().decode(ModelCard.self, from: Data(text.utf8)) } catch {
      throw CheckpointError.file(
        file.url.path, "has a damaged \(Self.metadataKey) in its metadata, write the file anew")
    }
  }
}
