import Foundation
import Recipe
import Tensors

/// What a file or folder of weights holds, told by its names, shapes and configuration; no number is read.
package struct WeightsDescription: Sendable {
  /// Container of the first file, and how many files there are.
  package let container: String
  package let files: Int
  /// Arrays in all files.
  package let tensors: Int
  package let family: VisionFamily
  package let configuration: VisionTransformerConfiguration
  package let normalization: PixelNormalization
  /// One line: what was recognised.
  package let report: String
  /// Names of the image towers, the one that is taken where none is asked for first.
  package let towers: [String]
  /// The tower that is taken.
  package let chosen: String
  /// What no configuration says and was assumed, a few words each.
  package let guesses: [String]
  /// What a person should know, a sentence without full stop each.
  package let notes: [String]
  package let licence: String?
  /// Numbers of the chosen tower.
  package let parameters: Int
  /// Whether there is a CLIP text tower beside.
  package let hasText: Bool

  /// - Parameters:
  ///   - url: as for ``loadVision(from:device:tower:grid:imageSize:activation:)``
  ///   - tower: which of several; nil chooses by meaning
  ///   - imageSize: of the pictures that it is to see, by which positions of a rectangle are told
  /// - Throws: `CheckpointError`, one sentence.
  package init(of url: URL, tower: String? = nil, imageSize: PlaneSize? = nil) throws {
    let device = CPUDevice(threads: 1)
    let found = try VisionFinding(url, device: device, tower: tower, shown: ShownPictures(size: imageSize))
    let (checkpoint, recognised, choice) = (found.checkpoint, found.recognised, found.choice)
    container = checkpoint.files.first?.container ?? ""
    files = checkpoint.files.count
    tensors = checkpoint.names.count
    family = recognised.family
    configuration = recognised.configuration
    normalization = recognised.normalization
    report = found.report(recognised.configuration)
    towers = ([choice.layout] + choice.others).map(\.name)
    chosen = choice.layout.name
    guesses = recognised.guesses
    notes = (choice.note.map { [$0] } ?? []) + recognised.notes
    licence = checkpoint.licence
    parameters = VisionTransformer.parameterShapes(of: recognised.configuration, device: device).reduce(0) {
      $0 + $1.shape.reduce(1, *)
    }
    hasText = (try? TextLayout(checkpoint, card: found.card)) != nil
  }
}
