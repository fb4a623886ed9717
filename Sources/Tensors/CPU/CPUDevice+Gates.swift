import CKernels

extension CPUDevice {
  package func gate(x: Storage, y: Storage, rows: Int, width: Int) {
    parallel(rows, work: 4 * rows * width) { range in
      let r = range.lowerBound
      mvp_gate(array(x, at: 2 * r * width), array(y, at: r * width), range.count, width)
    }
  }

  package func gateGradient(x: Storage, dy: Storage, dx: Storage, rows: Int, width: Int) {
    parallel(rows, work: 4 * rows * width) { range in
      let r = range.lowerBound
      mvp_gate_backward(
        array(x, at: 2 * r * width), array(dy, at: r * width), array(dx, at: 2 * r * width), range.count, width)
    }
  }
}
