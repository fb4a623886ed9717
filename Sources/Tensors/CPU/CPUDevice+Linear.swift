import CKernels
import Recipe

extension CPUDevice {
  package func linear(
    x: Storage, weight: Storage, bias: Storage?, addedTo a: Storage?, y result: Storage, rows: Int, inputs: Int,
    outputs: Int
  ) {
    let (x, y, bias) = (matrix(x, columns: inputs), matrix(result, columns: outputs), pointer(bias))
    guard
      let right = packedWeight(weight, inputs: inputs, outputs: outputs, rows: rows, precision: x.precision)
    else {
      let weight = matrix(weight, columns: inputs).transposed
      plainLinear(x, weight, bias: bias, y: y, rows: rows, inputs: inputs, outputs: outputs)
      if let a { axpby(a, scale: 1, into: result, keep: 1, count: rows * outputs) }
      return
    }
    blocks(of: rows, most: rowsAtATime(width: outputs, of: y.precision), work: rows * outputs / 8 * inputs) {
      _, range in
      copyRows(range, of: a, to: result, columns: outputs)
      multiply(
        x.from(row: range.lowerBound), packed: right, into: y.from(row: range.lowerBound), m: range.count, n: outputs,
        k: inputs, accumulate: a != nil, bias: bias)
    }
  }

  /// Rows that a product is to be added to, copied to where it goes: they are in the cache when it comes. Nothing for
  /// no source.
  func copyRows(_ rows: Range<Int>, of source: Storage?, to result: Storage, columns: Int) {
    guard let source else { return }
    let begin = rows.lowerBound * columns
    mvp_convert(array(source, at: begin), array(result, at: begin), rows.count * columns)
  }

  /// Products split over cores first, then the bias over the whole.
  private func plainLinear(
    _ x: Matrix, _ weight: Matrix, bias: UnsafeMutablePointer<Float>?, y: Matrix, rows: Int, inputs: Int, outputs: Int
  ) {
    let scratch = y.precision == .float32 ? nil : allocate(rows * outputs)
    let sums = scratch.map { matrix($0, columns: outputs) } ?? y
    product(x, weight, into: sums, m: rows, n: outputs, k: inputs, accumulate: false)
    guard bias != nil || scratch != nil else { return }
    parallel(rows, work: rows * outputs) { range in
      let from = sums.from(row: range.lowerBound).data.assumingMemoryBound(to: Float.self)
      let to = array(y.from(row: range.lowerBound).data, y.precision)
      if let bias {
        mvp_add_bias(from, bias, to, range.count, outputs)
      } else {
        mvp_convert(array(UnsafeMutableRawPointer(from), .float32), to, range.count * outputs)
      }
    }
  }

  package func linearGradient(
    dy: Storage, x: (() -> Storage)?, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, inputs: Int, outputs: Int
  ) {
    if let db { columnSums(dy, into: db, rows: rows, columns: outputs) }
    let dy = converted(dy, to: precision)
    if let dx {
      let (from, to) = (matrix(dy, columns: outputs), matrix(dx.storage, columns: inputs))
      let weight = matrix(weight, columns: inputs)
      if let right = packed(weight, k: outputs, n: inputs, rows: rows, precision: precision) {
        blocks(of: rows, most: rowsAtATime(width: outputs, of: precision), work: rows * outputs / 8 * inputs) {
          _, range in
          multiply(
            from.from(row: range.lowerBound), packed: right, into: to.from(row: range.lowerBound), m: range.count,
            n: inputs, k: outputs, accumulate: dx.accumulate)
        }
      } else {
        product(from, weight, into: to, m: rows, n: inputs, k: outputs, accumulate: dx.accumulate)
      }
    }
    if let dw, let x {
      weightGradient(dy, x(), into: dw, rows: rows, inputs: inputs, outputs: outputs)
    }
  }

  /// dw[O,I] (+)= dy[R,O]^T x[R,I]
  func weightGradient(_ dy: Storage, _ x: Storage, into dw: Destination, rows: Int, inputs: Int, outputs: Int) {
    let precision = dy.precision
    let (dy, target) = (matrix(dy, columns: outputs).transposed, matrix(dw.storage, columns: inputs))
    // Laid out once x serves pieces of dw, whichever core takes them; seven tiles, or six pairs of AMX's, are about
    // what the kernels pack of dy at once.
    if let right = packedRight(x, rows: rows, columns: inputs, serving: outputs, precision) {
      let (unit, most) = usesAMX ? (16, 12) : (CPUDevice.tileRows, 7)
      inTurn((outputs + unit - 1) / unit, most: most, work: rows * outputs / 8 * inputs) { _, range in
        let (begin, end) = (range.lowerBound * unit, min(outputs, range.upperBound * unit))
        multiply(
          dy.from(row: begin), packed: right, into: target.from(row: begin), m: end - begin, n: inputs, k: rows,
          accumulate: dw.accumulate)
      }
    } else {
      let x = matrix(converted(x, to: precision), columns: inputs)
      product(dy, x, into: target, m: outputs, n: inputs, k: rows, accumulate: dw.accumulate)
    }
  }

  package func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int) {
    reduceRows(rows, width: columns, into: [out]) { _, range, partial in
      mvp_column_sums(array(x, at: range.lowerBound * columns), partial, range.count, columns)
    }
  }
}
