import Foundation

/// The tokenizers that come with the workbench, whose codes are targets.
package enum ShippedTokenizer: String, Sendable, CaseIterable {
  case vqkd

  /// Where the weights are, whether or not they are there.
  package var url: URL {
    let resources = Bundle.module.resourceURL ?? Bundle.module.bundleURL
    return resources.appendingPathComponent("teachers/\(rawValue).safetensors")
  }

  /// The same.
  /// - Throws: `CheckpointError` where they are not.
  package func present() throws -> URL {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw CheckpointError.file(url.path, "is missing from this build, make it with `mvp teach \(rawValue)`")
    }
    return url
  }
}
