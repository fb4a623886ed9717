import CKernels

extension CPUDevice {
  package func gatherRows(x: Storage, rows: [Int32], y: Storage, width: Int) {
    let (x, y) = (pointer(x), pointer(y))
    for (i, row) in rows.enumerated() { (y + i * width).update(from: x + Int(row) * width, count: width) }
  }

  package func gatherRowsGradient(dy: Storage, rows: [Int32], dx: Destination, sourceRows: Int, width: Int) {
    let (dy, out) = (pointer(dy), pointer(dx.storage))
    if !dx.accumulate { mvp_fill(out, 0, sourceRows * width) }
    for (i, row) in rows.enumerated() { mvp_axpby(dy + i * width, 1, out + Int(row) * width, 1, width) }
  }

  package func lookUpTransposed(table: Storage, index: [Int32], out: Storage, columns: Int) {
    let (table, out) = (pointer(table), pointer(out))
    for c in 0..<columns {
      let line = out + c * index.count
      for (i, row) in index.enumerated() { line[i] = table[Int(row) * columns + c] }
    }
  }

  package func lookUpTransposedGradient(dout: Storage, index: [Int32], dtable: Destination, columns: Int) {
    let (dout, out) = (pointer(dout), pointer(dtable.storage))
    if !dtable.accumulate { mvp_fill(out, 0, dtable.storage.count) }
    for c in 0..<columns {
      let line = dout + c * index.count
      for (i, row) in index.enumerated() { out[Int(row) * columns + c] += line[i] }
    }
  }

  package func rowArgmax(_ x: Storage, rows: Int, columns: Int) -> [Int32] {
    let x = pointer(x)
    return [Int32](unsafeUninitializedCapacity: rows) { places, count in
      if let first = places.baseAddress {
        nonisolated(unsafe) let first = first
        parallel(rows, work: rows * columns) { range in
          mvp_row_argmax(x + range.lowerBound * columns, first + range.lowerBound, range.count, columns)
        }
      }
      count = rows
    }
  }

  package func softmaxRows(x: Storage, center: Storage?, y: Storage, rows: Int, columns: Int, temperature: Float) {
    let (x, center, y) = (pointer(x), pointer(center), pointer(y))
    parallel(rows, work: rows * columns) { range in
      let o = range.lowerBound * columns
      mvp_softmax_rows(x + o, center, y + o, range.count, columns, 1 / temperature)
    }
  }

  package func dot(_ x: Storage, _ y: Storage, count: Int) -> Double { mvp_dot(pointer(x), pointer(y), count) }

  func sumOfSquares(_ x: Storage, count: Int) -> Double {
    let x = pointer(x)
    return sumOverBlocks(count, work: count) { mvp_sum_squares(x + $0.lowerBound, $0.count) }
  }
}
