package protocol RowKernels {
  /// y[i] = x[rows[i]] for rows of `width` elements.
  func gatherRows(x: Storage, rows: [Int32], y: Storage, width: Int)
  /// dx[rows[i]] += dy[i]; zeroed first unless `accumulate`.
  func gatherRowsGradient(dy: Storage, rows: [Int32], dx: Destination, sourceRows: Int, width: Int)
  /// out[c, i] = table[index[i], c]
  func lookUpTransposed(table: Storage, index: [Int32], out: Storage, columns: Int)
  func lookUpTransposedGradient(dout: Storage, index: [Int32], dtable: Destination, columns: Int)
  /// The place of the first largest value of each row.
  func rowArgmax(_ x: Storage, rows: Int, columns: Int) -> [Int32]
  /// softmax((x - center) / temperature) per row
  func softmaxRows(x: Storage, center: Storage?, y: Storage, rows: Int, columns: Int, temperature: Float)
  func dot(_ x: Storage, _ y: Storage, count: Int) -> Double
}

/// Rows of x by number, in the given order, repeats allowed; also the look-up of an embedding table.
/// - Parameters:
///   - x: [R, D]
/// - Returns: [rows.count, D]
package func gatherRows(_ x: Tensor, _ rows: [Int32]) -> Tensor {
  let x = x.float32()
  let device = x.device
  let width = x.columns
  let sourceRows = x.rows
  precondition(rows.allSatisfy { $0 >= 0 && $0 < sourceRows }, "gatherRows: row outside 0..<\(sourceRows)")
  let y = device.allocate(rows.count * width)
  device.gatherRows(x: x.storage, rows: rows, y: y, width: width)
  let node = TapeNode.record([x], count: y.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.gatherRowsGradient(dy: dy, rows: rows, dx: dx, sourceRows: sourceRows, width: width)
  }
  return Tensor(storage: y, shape: [rows.count, width], device: device, node: node)
}

/// Sums of weighted rows, by groups: out[g] = Σ weights[r] x[r] over the rows r of group g; no gradient.
/// - Parameters:
///   - x: [..., D], R rows
///   - weights: R factors
///   - groups: the group of each row, R numbers in 0..<count
/// - Returns: count * D values; zeros for a group without rows
package func weightedRowSums(_ x: Tensor, weights: [Float], groups: [Int32], count: Int) -> [Float] {
  let x = x.float32()
  let (device, rows, width) = (x.device, x.rows, x.columns)
  precondition(weights.count == rows && groups.count == rows, "weightedRowSums: \(weights.count) for \(rows) rows")
  precondition(groups.allSatisfy { $0 >= 0 && $0 < count }, "weightedRowSums: group outside 0..<\(count)")
  let weighted = device.allocate(x.count)
  device.residualGradient(
    branch: nil, scale: nil, keep: weights, dy: x.storage, dbranch: (weighted, false), dscale: nil, rowsPerSample: 1,
    rows: rows, columns: width)
  let sums = device.allocate(count * width)
  if rows % count == 0, groups.indices.allSatisfy({ Int(groups[$0]) == $0 % count }) {
    // All groups over and over: sums over a batch.
    device.batchSums(weighted, into: (sums, false), batch: rows / count, count: count * width)
  } else {
    device.gatherRowsGradient(dy: weighted, rows: groups, dx: (sums, false), sourceRows: count, width: width)
  }
  return device.read(sums, count: count * width)
}

/// Tensors one below the other along the first axis; the other axes must agree.
package func concatenateRows(_ parts: [Tensor]) -> Tensor {
  precondition(!parts.isEmpty, "concatenateRows of nothing")
  let parts = parts.map { $0.float32() }
  let device = parts[0].device
  let tail = Array(parts[0].shape.dropFirst())
  precondition(parts.allSatisfy { Array($0.shape.dropFirst()) == tail }, "concatenateRows: \(parts.map(\.shape))")
  let y = device.allocate(parts.reduce(0) { $0 + $1.count })
  var offsets: [Int] = []
  var offset = 0
  for part in parts {
    offsets.append(offset)
    device.copy(part.storage, from: 0, to: y, at: offset, count: part.count)
    offset += part.count
  }
  let node = TapeNode.record(parts, count: y.count) { [targets = parts.map(\.target)] dy in
    for (target, offset) in zip(targets, offsets) {
      guard let (storage, accumulate) = target.destination() else { continue }
      device.axpby(dy, from: offset, scale: 1, into: storage, keep: accumulate ? 1 : 0, count: target.count)
    }
  }
  let first = parts.reduce(0) { $0 + $1.shape[0] }
  return Tensor(storage: y, shape: [first] + tail, device: device, node: node)
}

/// The place of the largest value along the last axis, the first of several; no gradient. A nan is none.
/// - Parameter x: [..., C]
/// - Returns: one place a row
package func rowArgmax(_ x: Tensor) -> [Int32] {
  let x = x.float32()
  return x.device.rowArgmax(x.storage, rows: x.rows, columns: x.columns)
}

/// softmax((logits - center) / temperature) over the last axis; no gradient.
/// - Parameters:
///   - center: [C], subtracted from every row
package func softmaxRows(_ logits: Tensor, temperature: Float, center: Tensor? = nil) -> Tensor {
  let logits = logits.float32()
  let device = logits.device
  let y = device.allocate(logits.count)
  device.softmaxRows(
    x: logits.storage, center: center?.storage, y: y, rows: logits.rows, columns: logits.columns,
    temperature: temperature)
  return Tensor(storage: y, shape: logits.shape, device: device)
}

/// Mean of each column of x [R, C]; no gradient.
package func columnMeans(_ x: Tensor) -> [Float] {
  let x = x.float32()
  let sums = x.device.allocate(x.columns)
  x.device.columnSums(x.storage, into: (sums, false), rows: x.rows, columns: x.columns)
  let factor = 1 / Float(x.rows)
  return x.device.read(sums, count: x.columns).map { $0 * factor }
}
