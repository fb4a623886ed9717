import CKernels
import Recipe

extension CPUDevice {
  package func convolution(x: Storage, weight: Storage, y: Storage, shape: ConvolutionShape) {
    let (depth, outputs) = (9 * shape.inputs, shape.outputs)
    let panels = packedWeight(
      weight, inputs: depth, outputs: outputs, rows: shape.pixels, precision: x.precision)
    windowProducts(
      x, shape, packed: panels, into: (y, false),
      plain: { self.matrix(weight, columns: depth).transposed })
  }

  package func convolutionGradient(
    dy: Storage, x: Storage, weight: Storage, precision: Precision, dx: Destination?, dw: Destination?,
    shape: ConvolutionShape
  ) {
    let dy = converted(dy, to: precision)
    if let dx {
      var back = shape
      (back.inputs, back.outputs) = (shape.outputs, shape.inputs)
      let turned = turnedWeight(weight, shape)
      let right = matrix(turned, columns: shape.inputs)
      let panels = packed(right, k: 9 * shape.outputs, n: shape.inputs, rows: shape.pixels, precision: precision)
      windowProducts(dy, back, packed: panels, into: dx, plain: { right })
      withExtendedLifetime(turned) {}
    }
    if let dw { windowWeightGradient(dy: dy, x: converted(x, to: precision), into: dw, shape: shape) }
  }

  /// y[R,O] (+)= windows of x[R,9I] B[9I,O]: some rows of windows at a time, which stay in the cache.
  /// - Parameters:
  ///   - packed: B as the products want it; nil where that is not worth it
  ///   - plain: B otherwise
  private func windowProducts(
    _ x: Storage, _ shape: ConvolutionShape, packed: CPUStorage?, into y: Destination, plain: () -> Matrix
  ) {
    let (rows, depth, outputs) = (shape.pixels, 9 * shape.inputs, shape.outputs)
    let source = array(x)
    let target = matrix(y.storage, columns: outputs)
    func gather(_ range: Range<Int>, into windows: Matrix) {
      mvp_gather_windows(
        source, shape.height, shape.width, shape.inputs, range.lowerBound, range.count, windows.data)
    }
    let work = rows * outputs / 8 * depth
    if let packed {
      let most = rowsAtATime(width: depth, of: x.precision)
      let scratch = allocate(threads * most * depth, x.precision)
      let own = matrix(scratch, columns: depth)
      return blocks(of: rows, most: most, work: work) { part, range in
        let windows = own.from(row: part * most)
        gather(range, into: windows)
        multiply(
          windows, packed: packed, into: target.from(row: range.lowerBound), m: range.count, n: outputs, k: depth,
          accumulate: y.accumulate)
      }
    }
    // So many rows as the shape says, whatever the number of cores.
    let most = max(CPUDevice.rowUnit, CPUDevice.windowValues / depth)
    let scratch = allocate(min(most, rows) * depth, x.precision)
    let (windows, right) = (matrix(scratch, columns: depth), plain())
    CPUDevice.eachBlock(of: 0..<rows, most: most) { block in
      parallel(block.count, work: block.count * depth) { range in
        let begin = block.lowerBound + range.lowerBound
        gather(begin..<begin + range.count, into: windows.from(row: range.lowerBound))
      }
      product(
        windows, right, into: target.from(row: block.lowerBound), m: block.count, n: outputs, k: depth,
        accumulate: y.accumulate)
    }
  }

  /// Values of windows in memory at a time: 4 MB of float32.
  private static let windowValues = 1 << 20

  /// The weight [O,9I] as the right side [9O,I] of the products that give the gradient of the input: its windows turned
  /// by half a turn.
  private func turnedWeight(_ weight: Storage, _ shape: ConvolutionShape) -> Storage {
    let (inputs, outputs) = (shape.inputs, shape.outputs)
    let turned = allocate(9 * outputs * inputs)
    let (from, to) = (pointer(weight), pointer(turned))
    parallel(9 * outputs, work: 9 * outputs * inputs) { range in
      for row in range {
        let (tap, output) = row.quotientAndRemainder(dividingBy: outputs)
        (to + row * inputs).update(from: from + (output * 9 + 8 - tap) * inputs, count: inputs)
      }
    }
    return turned
  }

  /// dw[O,9I] (+)= dy^T windows of x. Seen from one place of the window, the pixels of a picture lie one behind the
  /// other as they do in x, so that x itself is the right side: pixels of dy whose window reaches beyond the left or
  /// right edge there count as 0, and lines whose window reaches beyond the other edges are left out.
  private func windowWeightGradient(dy: Storage, x: Storage, into dw: Destination, shape: ConvolutionShape) {
    let (height, width, inputs, outputs) = (shape.height, shape.width, shape.inputs, shape.outputs)
    let (first, last) = (without(column: 0, of: dy, shape), without(column: width - 1, of: dy, shape))
    let left = [first, dy, last].map { matrix($0, columns: outputs) }
    let right = matrix(x, columns: inputs)
    let target = matrix(dw.storage, columns: 9 * inputs)
    if !dw.accumulate { fill(dw.storage, 0) }
    let pieces = (inputs + CPUDevice.pieceColumns - 1) / CPUDevice.pieceColumns
    inTurn(9 * pieces, work: 9 * shape.pixels * outputs / 8 * inputs) { _, range in
      for index in range {
        let (tap, piece) = index.quotientAndRemainder(dividingBy: pieces)
        let (down, across) = (tap / 3 - 1, tap % 3 - 1)
        let column = piece * CPUDevice.pieceColumns
        let begin = max(-down, 0) * width + max(-across, 0)
        let end = (height - max(down, 0)) * width - max(across, 0)
        guard begin < end else { continue }
        for picture in 0..<shape.batch {
          let pixel = picture * height * width + begin
          multiply(
            left[across + 1].from(row: pixel).transposed,
            right.from(row: pixel + down * width + across, column: column),
            into: target.from(column: tap * inputs + column), m: outputs,
            n: min(CPUDevice.pieceColumns, inputs - column), k: end - begin, accumulate: true)
        }
      }
    }
    withExtendedLifetime((first, last)) {}
  }

  /// Columns of a weight's gradient that a core works on at a time.
  private static let pieceColumns = 128

  /// Maps [B,H,W,O] with zeros in place of one column of pixels.
  private func without(column: Int, of maps: Storage, _ shape: ConvolutionShape) -> Storage {
    let cut = allocate(maps.count, maps.precision)
    copy(maps, to: cut, count: maps.count)
    let pixel = shape.outputs * cut.precision.stride
    let first = memory(cut) + column * pixel
    for line in 0..<shape.batch * shape.height {
      (first + line * shape.width * pixel).initializeMemory(as: UInt8.self, repeating: 0, count: pixel)
    }
    return cut
  }

  package func spreadPixels(x: Storage, y: Storage, batch: Int, height: Int, width: Int, channels: Int) {
    let (x, y, pair) = (pointer(x), pointer(y), 2 * channels)
    parallel(2 * batch * height, work: 2 * batch * height * width * pair) { range in
      for line in range {
        let from = x + line / 2 * width * 2 * pair + line % 2 * pair
        mvp_copy_columns(from, 2 * pair, y + line * width * pair, pair, 0, width, pair)
      }
    }
  }

  package func spreadPixelsGradient(
    dy: Storage, dx: Destination, batch: Int, height: Int, width: Int, channels: Int
  ) {
    let (dy, out, pair) = (pointer(dy), pointer(dx.storage), 2 * channels)
    parallel(2 * batch * height, work: 2 * batch * height * width * pair) { range in
      for line in range {
        let to = out + line / 2 * width * 2 * pair + line % 2 * pair
        mvp_copy_columns(dy + line * width * pair, pair, to, 2 * pair, dx.accumulate ? 1 : 0, width, pair)
      }
    }
  }
}
