import CKernels

extension CPUDevice {
  package func softmaxRowsGradient(
    y: Storage, dy: Storage, dx: Storage, rows: Int, columns: Int, temperature: Float
  ) {
    let upstream = pointer(dy)
    parallel(rows, work: rows * columns) { range in
      let o = range.lowerBound * columns
      mvp_softmax_backward(
        array(y, at: o), upstream + o, array(dx, at: o), nil, range.count, columns, 1 / temperature)
    }
  }

  package func softmaxEntropy(x: Storage, dx: Storage?, scale: Float, rows: Int, columns: Int) -> Double {
    let (x, out) = (pointer(x), pointer(dx))
    return sumOverBlocks(rows, work: rows * columns) { range in
      let o = range.lowerBound * columns
      return mvp_softmax_entropy(x + o, out.map { $0 + o }, scale, range.count, columns)
    }
  }
}
