import CTorch

extension TorchDevice {
  package func patchify(
    pixels: Storage, patches: Storage, batch: Int, height: Int, width: Int, patch: Int, mean: [Float],
    standardDeviation: [Float]
  ) {
    call.pointee.patchify(
      device, array(pixels), array(patches), torchMap(batch, height, width, mean.count), Int64(patch), mean,
      standardDeviation)
  }

  package func mapPatches(
    x: Storage, patches: Storage, _ shape: MapPatching, mean: [Float], standardDeviation: [Float]
  ) {
    call.pointee.map_patches(device, array(x), array(patches), shape.torch, Int64(shape.patch), mean, standardDeviation)
  }

  package func mapPatchesGradient(
    dpatches: Storage, dx: Destination, _ shape: MapPatching, standardDeviation: [Float]
  ) {
    call.pointee.map_patches_gradient(
      device, array(dpatches), target(dx), shape.torch, Int64(shape.patch), standardDeviation)
  }
}

extension MapPatching {
  fileprivate var torch: mvp_torch_map { torchMap(batch, height, width, channels) }
}
