import CKernels

extension CPUDevice {
  package func mapPatches(
    x: Storage, patches: Storage, _ shape: MapPatching, mean: [Float], standardDeviation: [Float]
  ) {
    let (x, out) = (pointer(x), pointer(patches))
    let inverse = standardDeviation.map { 1 / $0 }
    parallel(shape.batch, work: shape.count) { pictures in
      for picture in pictures {
        mvp_map_patches(x + picture * shape.each, out + picture * shape.each, shape.kernel, mean, inverse)
      }
    }
  }

  package func mapPatchesGradient(
    dpatches: Storage, dx: Destination, _ shape: MapPatching, standardDeviation: [Float]
  ) {
    let (dpatches, out) = (pointer(dpatches), pointer(dx.storage))
    let inverse = standardDeviation.map { 1 / $0 }
    parallel(shape.batch, work: shape.count) { pictures in
      for picture in pictures {
        mvp_map_patches_backward(
          dpatches + picture * shape.each, out + picture * shape.each, dx.accumulate, shape.kernel, inverse)
      }
    }
  }
}

extension MapPatching {
  /// Values of a picture's map, and of all maps.
  fileprivate var each: Int { height * width * channels }
  fileprivate var count: Int { batch * each }

  fileprivate var kernel: mvp_patching {
    mvp_patching(height: height, width: width, channels: channels, patch: patch)
  }
}
