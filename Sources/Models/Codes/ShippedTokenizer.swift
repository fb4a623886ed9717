import Foundation
import Tensors

/// The tokenizers of pictures that come with the workbench, beside its teachers.
package enum ShippedTokenizer: String, Sendable, CaseIterable {
  case dvae

  /// Where the weights are, whether or not they are there.
  package var url: URL { shippedWeights(rawValue) }

  /// - Throws: ``CheckpointError`` where this build lacks the weights.
  package func load(device: any ComputeDevice) throws -> any PictureTokenizer {
    guard FileManager.default.fileExists(atPath: url.path), let found = try loadTokenizer(from: url, device: device)
    else { throw CheckpointError.file(url.path, "is missing from this build, make it with `mvp teach \(rawValue)`") }
    return found
  }
}
