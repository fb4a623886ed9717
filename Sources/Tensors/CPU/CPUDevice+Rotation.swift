import CKernels

extension CPUDevice {
  package func rotate(qkv: Storage, by rotation: Rotation, into y: Storage, shape: AttentionShape, backward: Bool) {
    let how = mvp_rotation(
      cosines: pointer(rotation.cosines.storage), sines: pointer(rotation.sines.storage), tokens: shape.tokens,
      heads: shape.heads, width: shape.headWidth, halved: rotation.isHalved, backward: backward)
    let (rows, columns) = (shape.batch * shape.tokens, 3 * shape.width)
    parallel(rows, work: rows * columns) { range in
      let offset = range.lowerBound * columns
      mvp_rotate(array(qkv, at: offset), array(y, at: offset), how, range.lowerBound, range.count)
    }
  }
}
