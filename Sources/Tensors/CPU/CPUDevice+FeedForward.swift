import CKernels

extension CPUDevice {
  package func feedForward(
    x: Storage, parameters: FeedForwardParts<Storage>, addedTo a: Storage?, z: Storage?, y: Storage,
    shape: FeedForwardShape
  ) {
    let (rows, inputs, hidden, outputs) = (shape.rows, shape.inputs, shape.hidden, shape.outputs)
    let precision = x.precision
    guard let kind = shape.activation.kernel,
      let first = packedWeight(
        parameters.firstWeight, inputs: inputs, outputs: hidden, rows: rows, precision: precision),
      let second = packedWeight(
        parameters.secondWeight, inputs: hidden, outputs: outputs, rows: rows, precision: precision)
    else { return feedForwardByLayers(x: x, parameters: parameters, addedTo: a, z: z, y: y, shape: shape) }

    let most = rowsAtATime(width: hidden, of: precision)
    // Rows a multiple of a page apart would be copied before they are multiplied.
    let width = hidden * precision.stride % 4096 == 0 ? hidden + 64 / precision.stride : hidden
    let scratch = allocate(threads * most * width, precision)
    let (firstBias, secondBias) = (pointer(parameters.firstBias), pointer(parameters.secondBias))
    let (xRows, yRows, own) = (
      matrix(x, columns: inputs), matrix(y, columns: outputs), matrix(scratch, columns: width)
    )
    let zRows = z.map { matrix($0, columns: hidden) }
    blocks(of: rows, most: most, work: rows * hidden / 8 * inputs) { part, range in
      let activations = own.from(row: part * most)
      let sums = zRows?.from(row: range.lowerBound) ?? activations
      multiply(
        xRows.from(row: range.lowerBound), packed: first, into: sums, m: range.count, n: hidden, k: inputs,
        bias: firstBias)
      if width == hidden {
        mvp_activate(array(sums.data, precision), array(activations.data, precision), range.count * hidden, kind)
      } else {
        for row in 0..<range.count {
          mvp_activate(
            array(sums.from(row: row).data, precision), array(activations.from(row: row).data, precision), hidden, kind)
        }
      }
      copyRows(range, of: a, to: y, columns: outputs)
      multiply(
        activations, packed: second, into: yRows.from(row: range.lowerBound), m: range.count, n: outputs, k: hidden,
        accumulate: a != nil, bias: secondBias)
    }
  }

  package func feedForwardGradient(
    dy: Storage, z: Storage, x: (() -> Storage)?, parameters: FeedForwardParts<Storage>, dx: Destination?,
    gradients: FeedForwardParts<Destination?>, shape: FeedForwardShape
  ) {
    let (rows, inputs, hidden, outputs) = (shape.rows, shape.inputs, shape.hidden, shape.outputs)
    let precision = z.precision
    let dy = converted(dy, to: precision)
    guard let kind = shape.activation.kernel,
      let second = packed(
        matrix(parameters.secondWeight, columns: hidden), k: outputs, n: hidden, rows: rows, precision: precision)
    else {
      return feedForwardGradientByLayers(
        dy: dy, z: z, x: x, parameters: parameters, dx: dx, gradients: gradients, shape: shape)
    }
    let first =
      dx == nil
      ? nil
      : packed(matrix(parameters.firstWeight, columns: inputs), k: hidden, n: inputs, rows: rows, precision: precision)

    // dh = dy W2;  dz = dh slope(z), in place of z;  db1 = column sums of dz;  dx = dz W1
    let activations =
      gradients.secondWeight == nil ? nil : allocateRight(rows: rows, columns: hidden, precision)
    let most = rowsAtATime(width: hidden, of: .float32)
    let scratch = allocate(threads * most * hidden)
    let (dyRows, zRows, own) = (
      matrix(dy, columns: outputs), matrix(z, columns: hidden), matrix(scratch, columns: hidden)
    )
    let firstBias = gradients.firstBias ?? nil
    reduceRows(rows, width: hidden, into: [firstBias], work: rows * hidden / 8 * outputs) { part, range, partial in
      CPUDevice.eachBlock(of: range, most: most) { block in
        let (begin, count) = (block.lowerBound, block.count)
        let (dh, at) = (own.from(row: part * most), begin * hidden)
        multiply(dyRows.from(row: begin), packed: second, into: dh, m: count, n: hidden, k: outputs)
        mvp_activation_gradient(
          array(z, at: at), array(dh.data, .float32),
          activations.map { stripes($0, columns: hidden, from: begin) } ?? mvp_stripes(), array(z, at: at),
          firstBias == nil ? nil : partial, count, hidden, kind)
        if let dx, let first {
          multiply(
            zRows.from(row: begin), packed: first, into: matrix(dx.storage, columns: inputs).from(row: begin),
            m: count, n: inputs, k: hidden, accumulate: dx.accumulate)
        }
      }
    }
    if let db = gradients.secondBias ?? nil { columnSums(dy, into: db, rows: rows, columns: outputs) }
    if let dw = gradients.secondWeight, let activations {
      weightGradient(dy, activations, into: dw, rows: rows, inputs: hidden, outputs: outputs)
    }
    if let dw = gradients.firstWeight, let x {
      weightGradient(z, x(), into: dw, rows: rows, inputs: inputs, outputs: hidden)
    }
  }
}
