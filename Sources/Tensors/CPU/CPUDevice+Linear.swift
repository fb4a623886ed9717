import CKernels

extension CPUDevice {
  /// Calls `body` with blocks of at most `most` rows and the number of the core's part of the work.
  private func blocks(of rows: Int, most: Int, work: Int, body: (_ part: Int, Range<Int>) -> Void) {
    let unit = CPUDevice.rowUnit
    parallel((rows + unit - 1) / unit, work: work) { part, range in
      CPUDevice.eachBlock(of: range.lowerBound * unit..<min(rows, range.upperBound * unit), most: most) {
        body(part, $0)
      }
    }
  }

  /// Calls `body` with consecutive parts of a range, at most `most` long.
  private static func eachBlock(of range: Range<Int>, most: Int, body: (Range<Int>) -> Void) {
    for begin in stride(from: range.lowerBound, to: range.upperBound, by: most) {
      body(begin..<min(begin + most, range.upperBound))
    }
  }

  public func linear(
    x: Storage, weight: Storage, bias: Storage?, y: Storage, slope: Storage?, rows: Int, inputs: Int, outputs: Int,
    activation: Activation
  ) {
    let (x, y, bias) = (matrix(x, columns: inputs), matrix(y, columns: outputs), pointer(bias))
    let weight = matrix(weight, columns: inputs).transposed
    guard let right = packed(weight, k: inputs, n: outputs, rows: rows, precision: x.precision) else {
      return plainLinear(
        x, weight, bias: bias, y: y, slope: slope, rows: rows, inputs: inputs, outputs: outputs, activation: activation)
    }
    // The activation follows while a block of rows is in the cache.
    let work = rows * outputs / 8 * inputs
    let direct = activation == .none
    let most = CPUDevice.rowsAtATime(width: outputs)
    let scratch = direct || y.precision == .float32 ? nil : allocate(threads * most * outputs)
    blocks(of: rows, most: most, work: work) { part, range in
      let (x, y, count) = (x.from(row: range.lowerBound), y.from(row: range.lowerBound), range.count)
      if direct {
        return multiply(x, packed: right, into: y, m: count, n: outputs, k: inputs, bias: bias)
      }
      let sums = scratch.map { matrix($0, columns: outputs).from(row: part * most) } ?? y
      multiply(x, packed: right, into: sums, m: count, n: outputs, k: inputs)
      mvp_bias_activation(
        sums.data.assumingMemoryBound(to: Float.self), bias, array(y.data, y.precision),
        array(slope, at: range.lowerBound * outputs), count, outputs, kind(activation))
    }
  }

  /// Products split over cores first, then bias and activation over the whole.
  private func plainLinear(
    _ x: Matrix, _ weight: Matrix, bias: UnsafeMutablePointer<Float>?, y: Matrix, slope: Storage?, rows: Int,
    inputs: Int, outputs: Int, activation: Activation
  ) {
    let scratch = y.precision == .float32 ? nil : allocate(rows * outputs)
    let sums = scratch.map { matrix($0, columns: outputs) } ?? y
    product(x, weight, into: sums, m: rows, n: outputs, k: inputs, accumulate: false)
    guard bias != nil || activation != .none || scratch != nil else { return }
    parallel(rows, work: rows * outputs) { range in
      mvp_bias_activation(
        sums.from(row: range.lowerBound).data.assumingMemoryBound(to: Float.self), bias,
        array(y.from(row: range.lowerBound).data, y.precision), array(slope, at: range.lowerBound * outputs),
        range.count, outputs, kind(activation))
    }
  }

  private func kind(_ activation: Activation) -> mvp_activation {
    switch activation {
    case .none: MVP_ACTIVATION_NONE
    case .gelu: MVP_ACTIVATION_GELU
    case .quickGELU: MVP_ACTIVATION_QUICK_GELU
    }
  }

  public func linearGradient(
    dy: Storage, slope: Storage?, x: Storage?, weight: Storage, precision: Precision, dx: Destination?,
    dw: Destination?, db: Destination?, rows: Int, inputs: Int, outputs: Int
  ) {
    let dz = dy.precision == precision ? dy : allocate(rows * outputs, precision)
    let weight = matrix(weight, columns: inputs)
    let right = dx == nil ? nil : packed(weight, k: outputs, n: inputs, rows: rows, precision: precision)
    let dzMatrix = matrix(dz, columns: outputs)

    // One pass over the rows: dz = dy slope, its column sums, and dx = dz W while the block is in the cache.
    let work = right != nil ? rows * outputs / 8 * inputs : rows * outputs
    let most = CPUDevice.rowsAtATime(width: outputs)
    let changes = slope != nil || db != nil || dz !== dy
    if changes || right != nil {
      reduceRows(rows, width: outputs, into: [db], work: work) { range, partial in
        CPUDevice.eachBlock(of: range, most: most) { block in
          let (begin, count) = (block.lowerBound, block.count)
          let at = begin * outputs
          if changes {
            mvp_activation_backward(
              array(dy, at: at), array(slope, at: at), array(dz, at: at), db == nil ? nil : partial, count, outputs)
          }
          if let dx, let right {
            multiply(
              dzMatrix.from(row: begin), packed: right, into: matrix(dx.storage, columns: inputs).from(row: begin),
              m: count, n: inputs, k: outputs, accumulate: dx.accumulate)
          }
        }
      }
    }
    if right == nil, let dx {
      product(
        dzMatrix, weight, into: matrix(dx.storage, columns: inputs), m: rows, n: inputs, k: outputs,
        accumulate: dx.accumulate)
    }
    if let dw, let x {
      product(
        dzMatrix.transposed, matrix(converted(x, to: precision), columns: inputs),
        into: matrix(dw.storage, columns: inputs), m: outputs, n: inputs, k: rows, accumulate: dw.accumulate)
    }
  }

  public func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int) {
    let x = pointer(x)
    reduceRows(rows, width: columns, into: [out]) { range, partial in
      mvp_column_sums(x + range.lowerBound * columns, range.count, columns, partial)
    }
  }
}
