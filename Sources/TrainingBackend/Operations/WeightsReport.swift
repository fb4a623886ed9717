import Foundation
import Models
import Recipe

/// What a file or folder of weights holds: `mvp weights`.
package struct WeightsReport: Codable, Equatable, Sendable {
  package struct Sizes: Codable, Equatable, Sendable {
    package var imageSize, grid: PlaneSize
    package var patchSize, channels, tokens, width, depth, heads, hidden, parameters: Int
    package var projection: Int?

    enum CodingKeys: String, CodingKey {
      case grid, channels, tokens, width, depth, heads, hidden, parameters, projection
      case imageSize = "image_size"
      case patchSize = "patch_size"
    }
  }

  package var path: String
  package var container: String
  package var files, tensors: Int
  package var family: String
  /// One line: what was recognised.
  package var model: String
  package var sizes: Sizes
  /// Mean and deviation of pixels in 0...1, by channel.
  package var mean, deviation: [Float]
  package var towers: [String]
  package var chosen: String
  package var guesses: [String]
  package var notes: [String]
  package var licence: String?
  /// Whether there is a CLIP text tower beside.
  package var text: Bool

  /// - Throws: `CheckpointError`, one sentence, where no image model is there that can be read.
  package init(of weights: URL, tower: String?) throws {
    let found = try WeightsDescription(of: weights, tower: tower)
    let shape = found.configuration
    path = weights.path
    container = found.container
    files = found.files
    tensors = found.tensors
    family = found.family.rawValue
    model = found.report
    sizes = Sizes(
      imageSize: shape.imageSize, grid: shape.grid, patchSize: shape.patchSize, channels: shape.channels,
      tokens: shape.tokens,
      width: shape.width, depth: shape.depth, heads: shape.heads, hidden: shape.hidden,
      parameters: found.parameters, projection: shape.projection)
    mean = found.normalization.mean
    deviation = found.normalization.standardDeviation
    towers = found.towers
    chosen = found.chosen
    guesses = found.guesses
    notes = found.notes
    licence = found.licence
    text = found.hasText
  }

  /// For people: a row a fact.
  package var rows: [[String]] {
    var rows = [
      ["family", family], ["model", model], ["parameters", "\(sizes.parameters)"],
      ["container", "\(container), \(tensors) tensors" + (files > 1 ? " in \(files) files" : "")],
      [
        "towers",
        towers.map { $0 == chosen ? "\($0) (taken)" : $0 }.joined(separator: ", ") + (text ? ", and a text tower" : ""),
      ],
      ["guesses", guesses.isEmpty ? "none" : guesses.joined(separator: ", ")],
      ["licence", licence ?? "not said beside the weights"],
    ]
    rows += notes.map { ["note", $0] }
    return rows
  }
}
