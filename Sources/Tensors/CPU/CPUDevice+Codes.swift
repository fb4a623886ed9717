import CKernels

extension CPUDevice {
  package func tangent(_ x: Storage, into y: Storage, count: Int) {
    let (x, y) = (pointer(x), pointer(y))
    parallel(count, work: 4 * count) { mvp_tanh(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
  }

  package func tangentGradient(y: Storage, dy: Storage, dx: Destination, count: Int) {
    let (y, dy, out) = (pointer(y), pointer(dy), pointer(dx.storage))
    parallel(count, work: count) { range in
      let i = range.lowerBound
      mvp_tanh_backward(y + i, dy + i, out + i, dx.accumulate, range.count)
    }
  }
}
