import CKernels
import Recipe

private typealias PartWork = (Int) -> Void

/// How cores share work.
extension CPUDevice {
  /// Below this much work (elements touched, or multiply-adds of a product / 8) an op stays on one core.
  static let parallelGrain = 16_384
  /// Rows of a tile of the native products.
  static let tileRows = 14
  /// Cores take rows in multiples of this number.
  static let rowUnit = 5 * tileRows

  /// Calls `body` with ranges that cover 0..<count, on as many cores as the work is worth: a few for each core, in
  /// turn.
  func parallel(_ count: Int, work: Int, body: (Range<Int>) -> Void) {
    let pieces = min(count, 8 * threads)
    guard threads > 1, pieces > 1, work >= 2 * CPUDevice.parallelGrain else {
      if count > 0 { body(0..<count) }
      return
    }
    inTurn(pieces, most: 4, work: work) { _, range in
      body(count * range.lowerBound / pieces..<count * range.upperBound / pieces)
    }
  }

  /// Calls `body` with one range for each core and the number of the part, below ``threads``.
  func parallel(_ count: Int, work: Int, body: (_ part: Int, Range<Int>) -> Void) {
    let parts = max(1, min(threads, count, work / CPUDevice.parallelGrain))
    oncePerCore(parts) { part in
      let range = count * part / parts..<count * (part + 1) / parts
      if !range.isEmpty { body(part, range) }
    }
  }

  private func oncePerCore(_ parts: Int, body: (_ part: Int) -> Void) {
    guard parts > 1 else { return body(0) }
    // The call returns only when all parts are done.
    withoutActuallyEscaping(body) { body in
      var run: PartWork = body
      withUnsafeMutablePointer(to: &run) { run in
        mvp_run_parts(parts, { context, part in context?.assumingMemoryBound(to: PartWork.self).pointee(part) }, run)
      }
    }
  }

  /// Calls `body` with ranges that cover 0..<count. Each core has the same share every time, so that its cache holds
  /// what it worked on before; a core that is done takes from the shares of others. What `body` computes must not
  /// depend on where a range ends.
  /// - Parameters:
  ///   - least: length of the shortest range that is worth handing out.
  ///   - most: length of the longest range.
  func inTurn(_ count: Int, least: Int = 1, most: Int = 1, work: Int, body: (_ part: Int, Range<Int>) -> Void) {
    let parts = max(1, min(threads, count, work / CPUDevice.parallelGrain))
    withUnsafeTemporaryAllocation(of: mvp_share.self, capacity: parts) { shares in
      let shares = shares.baseAddress
      mvp_deal(shares, parts, count)
      oncePerCore(parts) { part in
        var (begin, end) = (0, 0)
        while mvp_take(shares, parts, part, least, most, &begin, &end) { body(part, begin..<end) }
      }
    }
  }

  /// Rows that a fused op works on at a time: enough for a product to run at full speed, few enough to stay in the L2
  /// cache.
  /// - Parameters:
  ///   - width: values of a row of what stays there.
  ///   - stored: their number format.
  func rowsAtATime(width: Int, of stored: Precision) -> Int {
    let unit = dealtRows
    let values = usesAMX ? mvp_cache_bytes() * 3 / 5 / stored.stride : CPUDevice.cachedValues
    return min(max(CPUDevice.rowUnit, values / max(width, 1) / unit * unit), 4 * CPUDevice.rowUnit)
  }

  /// 800 KB of float32 where an L2 cache holds 1 MB, and more where it is larger.
  private static let cachedValues = max(200_000, mvp_cache_bytes() * 3 / 20)

  /// Cores take the rows of a product in multiples of this number: whole tiles, so that no core has much more to do
  /// than another. AMX has tiles of its own.
  private var dealtRows: Int { usesAMX ? CPUDevice.rowUnit : CPUDevice.tileRows }

  /// Whether products are so fast that they wait for the weights where few rows share them.
  var usesAMX: Bool { backend == .native && precision == .bfloat16 && mvp_has_amx() }

  /// Calls `body` with blocks of at most `most` rows, in turn, and the number of the core's part.
  func blocks(of rows: Int, most: Int, work: Int, body: (_ part: Int, Range<Int>) -> Void) {
    // Below three tiles the weights take longer to come than to be multiplied.
    let fewest = 3 * CPUDevice.tileRows
    guard backend == .native else {
      let piece = CPUDevice.libraryPiece(of: rows, unit: CPUDevice.tileRows, least: fewest, most: most)
      return inTurn((rows + piece - 1) / piece, work: work) { part, range in
        body(part, range.lowerBound * piece..<min(rows, range.upperBound * piece))
      }
    }
    let (unit, least) = (dealtRows, max(1, fewest / dealtRows))
    inTurn((rows + unit - 1) / unit, least: least, most: max(1, most / unit), work: work) { part, range in
      body(part, range.lowerBound * unit..<min(rows, range.upperBound * unit))
    }
  }

  /// Calls `body` with consecutive parts of a range, at most `most` long.
  static func eachBlock(of range: Range<Int>, most: Int, body: (Range<Int>) -> Void) {
    for begin in stride(from: range.lowerBound, to: range.upperBound, by: most) {
      body(begin..<min(begin + most, range.upperBound))
    }
  }

  /// Calls `body` once for each of a fixed number of row blocks, with a zeroed partial result of `width` floats, and
  /// adds the partial results into `out` in order.
  /// - Parameters:
  ///   - work: elements touched; nil: rows * width.
  ///   - body: also receives the number of the core's part, below ``threads``.
  func reduceRows(
    _ rows: Int, width: Int, into out: [Destination?], work: Int? = nil,
    body: (_ part: Int, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    // An even number of blocks of like length wherever there are many rows: two cores have the same to do.
    let unit = dealtRows
    let units = (rows + unit - 1) / unit
    let blocks = max(1, usesAMX ? min(16, units) : min(24, units / 4))
    let partial = allocate(blocks * width * out.count)
    let memory = pointer(partial)
    let stride = width * out.count
    inTurn(blocks, work: work ?? rows * width) { part, range in
      for block in range {
        let mine = memory + block * stride
        mvp_fill(mine, 0, stride)
        let begin = units * block / blocks * unit
        body(part, begin..<min(rows, units * (block + 1) / blocks * unit), mine)
      }
    }
    for (i, destination) in out.enumerated() {
      guard let destination else { continue }
      let target = pointer(destination.storage)
      for block in 0..<blocks {
        mvp_axpby(
          memory + block * stride + i * width, 1, target, block == 0 && !destination.accumulate ? 0 : 1, width)
      }
    }
  }
}

/// Calls `body` once with each of 0..<count, on all cores of a device's host: for pieces of work that are each worth
/// it.
package func onAllCores(of device: any ComputeDevice, _ count: Int, body: (Int) -> Void) {
  device.host.inTurn(count, work: .max) { _, range in range.forEach(body) }
}
