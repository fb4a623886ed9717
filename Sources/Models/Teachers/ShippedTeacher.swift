import Foundation
import Recipe
import Tensors

/// The teachers that come with the workbench.
package enum ShippedTeacher: String, Sendable, CaseIterable {
  case clip, dino

  /// Where the weights are, whether or not they are there.
  package var url: URL { shippedWeights(rawValue) }

  func present() throws -> URL {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw CheckpointError.file(url.path, "is missing from this build, make it with `mvp teach \(rawValue)`")
    }
    return url
  }
}

/// Where weights that come with the workbench are, whether or not they are there.
func shippedWeights(_ name: String) -> URL {
  let resources = Bundle.module.resourceURL ?? Bundle.module.bundleURL
  return resources.appendingPathComponent("teachers/\(name).safetensors")
}

private func shipped(_ name: String) throws -> URL {
  guard let teacher = ShippedTeacher(rawValue: name) else {
    let known = ShippedTeacher.allCases.map(\.rawValue).joined(separator: ", ")
    throw CheckpointError("no teacher named \(name) ships with the workbench, there are \(known).")
  }
  return try teacher.present()
}

/// One of the small teachers that ship as resources, trained by the workbench on its own scenes.
/// - Parameter name: `clip` or `dino`
package func shippedTeacher(
  _ name: String, device: any ComputeDevice, tower: String? = nil, grid: PlaneSize? = nil, imageSize: PlaneSize? = nil
) throws -> LoadedVision {
  try loadVision(from: shipped(name), device: device, tower: tower, grid: grid, imageSize: imageSize)
}
