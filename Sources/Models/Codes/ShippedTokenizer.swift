import Foundation
import Recipe
import Tensors

/// The tokenizers of pictures that come with the workbench, beside its teachers.
package enum ShippedTokenizer: String, Sendable, CaseIterable {
  case dvae, vqkd, peco

  /// Where the weights are, whether or not they are there.
  package var url: URL { shippedWeights(rawValue) }

  /// - Parameter grid: codes along each side of a picture.
  /// - Throws: ``CheckpointError`` where this build lacks the weights.
  package func load(device: any ComputeDevice, grid: PlaneSize? = nil) throws -> any PictureTokenizer {
    guard FileManager.default.fileExists(atPath: url.path),
      let found = try loadTokenizer(from: url, device: device, grid: grid)
    else { throw CheckpointError.file(url.path, "is missing from this build, make it with `mvp teach \(rawValue)`") }
    return found
  }
}
