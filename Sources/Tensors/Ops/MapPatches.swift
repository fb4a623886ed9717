/// How maps of B pictures are cut into square patches.
package struct MapPatching: Equatable, Sendable {
  package var batch: Int
  package var height: Int
  package var width: Int
  package var channels: Int
  /// Pixels along an edge.
  package var patch: Int
}

package protocol MapPatchKernels {
  /// x [B,H,W,C] -> patches [B,M,C p p], (x - mean) / standard deviation by channel
  func mapPatches(x: Storage, patches: Storage, _ shape: MapPatching, mean: [Float], standardDeviation: [Float])
  func mapPatchesGradient(dpatches: Storage, dx: Destination, _ shape: MapPatching, standardDeviation: [Float])
}

/// Cuts maps into patches and normalises them: what ``patchify(_:patch:mean:standardDeviation:)`` makes of pictures,
/// with a gradient. Patches of two pixels halve a map and keep all of it.
/// - Parameters:
///   - x: [B, H, W, C]
///   - mean, standardDeviation: C values each; empty: the map as it is
/// - Returns: [B, M, C p p], each patch in the order (channel, y, x)
package func mapPatches(
  _ x: Tensor, patch: Int, mean: [Float] = [], standardDeviation: [Float] = []
) -> Tensor {
  let x = x.float32()
  let device = x.device
  precondition(
    x.shape.count == 4 && x.shape[1] % patch == 0 && x.shape[2] % patch == 0, "mapPatches: \(x.shape), patch \(patch)")
  let shape = MapPatching(
    batch: x.shape[0], height: x.shape[1], width: x.shape[2], channels: x.shape[3], patch: patch)
  let mean = mean.isEmpty ? [Float](repeating: 0, count: shape.channels) : mean
  let deviation = standardDeviation.isEmpty ? [Float](repeating: 1, count: shape.channels) : standardDeviation
  precondition(mean.count == shape.channels && deviation.count == shape.channels, "mapPatches: \(mean.count) means")
  let patches = device.allocate(x.count)
  device.mapPatches(x: x.storage, patches: patches, shape, mean: mean, standardDeviation: deviation)

  // Every value of the map is in one patch.
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dpatches in
    guard let dx = target.destination() else { return }
    device.mapPatchesGradient(dpatches: dpatches, dx: dx, shape, standardDeviation: deviation)
  }
  let count = (shape.height / patch) * (shape.width / patch)
  return Tensor(
    storage: patches, shape: [shape.batch, count, shape.channels * patch * patch], device: device, node: node)
}
