import CKernels

/// Where the heads of one picture lie inside fused [B, N, 3D] and [B, N, D] tensors: the strides say it, nothing is
/// copied.
private struct HeadViews {
  let shape: AttentionShape
  /// The first head and how many, of one picture.
  let heads: Range<Int>
  let picture: Int

  /// [N, headWidth] of the first head; 0 queries, 1 keys, 2 values.
  func part(_ part: Int, of qkv: Matrix) -> Matrix {
    let offset = picture * shape.tokens * 3 * shape.width + part * shape.width + heads.lowerBound * shape.headWidth
    return qkv.moved(offset)
  }

  func output(_ out: Matrix) -> Matrix {
    out.moved(picture * shape.tokens * shape.width + heads.lowerBound * shape.headWidth)
  }

  /// First of the heads in [B, H, N, N].
  var square: Int { (picture * shape.heads + heads.lowerBound) * shape.tokens * shape.tokens }
}

extension AttentionShape {
  /// Numbers in one head's scores.
  fileprivate var square: Int { tokens * tokens }
  /// Heads that are worked on at a time: as many as have their scores in the cache.
  fileprivate var headsAtATime: Int { min(heads, max(1, 100_000 / square)) }
  /// Whether a forward pass keeps the probabilities for the backward: making them again is one product more
  /// where there are six, and many tokens make them the largest thing that a block keeps.
  fileprivate var keepsProbabilities: Bool { batch * heads * square <= 2_000_000 }
}

extension CPUDevice {
  /// Calls `body` once for every picture and group of its heads; `part` numbers the core's share of the work. With a
  /// sum over the batch each core owns heads and goes over the batch in order.
  private func eachGroup(
    _ shape: AttentionShape, sumsOverBatch: Bool, body: (_ part: Int, HeadViews) -> Void
  ) {
    let work = shape.batch * shape.heads * shape.square * shape.headWidth / 4
    let groups = (shape.heads + shape.headsAtATime - 1) / shape.headsAtATime
    func heads(_ group: Int) -> Range<Int> {
      shape.heads * group / groups..<shape.heads * (group + 1) / groups
    }
    if sumsOverBatch {
      parallel(shape.heads, work: work) { part, owned in
        for picture in 0..<shape.batch {
          CPUDevice.eachBlock(of: owned, most: shape.headsAtATime) {
            body(part, HeadViews(shape: shape, heads: $0, picture: picture))
          }
        }
      }
    } else {
      inTurn(shape.batch * groups, work: work) { part, range in
        for index in range {
          body(part, HeadViews(shape: shape, heads: heads(index % groups), picture: index / groups))
        }
      }
    }
  }

  package func attention(
    qkv: Storage, bias: Storage?, out: Storage, keeps: Bool, shape: AttentionShape
  ) -> Storage? {
    let (n, d, square) = (shape.tokens, shape.headWidth, shape.square)
    let bias = pointer(bias)
    let kept =
      keeps && shape.keepsProbabilities ? allocate(shape.batch * shape.heads * square, qkv.precision) : nil
    let share = shape.headsAtATime * square
    let scores = allocate(threads * share)
    // Without anything to keep, probabilities take the place of the scores, or of a core's own memory where they are
    // narrower.
    let passing = kept == nil && out.precision != .float32 ? allocate(threads * share, out.precision) : nil
    let (qkv, out) = (matrix(qkv, columns: 3 * shape.width), matrix(out, columns: shape.width))
    eachGroup(shape, sumsOverBatch: false) { part, views in
      let s = matrix(scores, columns: n).moved(part * share)
      let p =
        kept.map { matrix($0, columns: n).moved(views.square) }
        ?? passing.map { matrix($0, columns: n).moved(part * share) } ?? s
      attend(views, qkv: qkv, bias: bias, scores: s, into: p)
      multiply(
        p, views.part(2, of: qkv), into: views.output(out), m: n, n: d, k: n,
        batch: ProductBatch(count: views.heads.count, a: square, b: d, c: d))
    }
    return kept
  }

  /// Probabilities of a group of heads; `scores` is room for them, and may be where they go.
  private func attend(
    _ views: HeadViews, qkv: Matrix, bias: UnsafeMutablePointer<Float>?, scores: Matrix, into p: Matrix
  ) {
    let (shape, count) = (views.shape, views.heads.count)
    let (n, d, square) = (shape.tokens, shape.headWidth, shape.square)
    multiply(
      views.part(0, of: qkv), views.part(1, of: qkv).transposed, into: scores, m: n, n: n, k: d,
      batch: ProductBatch(count: count, a: d, b: d, c: square))
    mvp_attention_softmax(
      scores.data.assumingMemoryBound(to: Float.self), bias.map { $0 + views.heads.lowerBound * square },
      array(p.data, p.precision), count * n, n, shape.scale, shape.causal)
  }

  package func attentionGradient(
    qkv: Storage, bias: Storage?, kept: Storage?, dout: Storage, dqkv: Destination?, dbias: Destination?,
    shape: AttentionShape
  ) {
    let (n, d, square) = (shape.tokens, shape.headWidth, shape.square)
    let precision = qkv.precision
    let discarded = dqkv == nil ? allocate(qkv.count, precision) : nil
    guard let target = dqkv?.storage ?? discarded else { return }
    let accumulate = dqkv?.accumulate ?? false
    let share = shape.headsAtATime * square
    let (dp, ds) = (allocate(threads * share), allocate(threads * share, precision))
    let again = kept == nil ? allocate(threads * share, precision) : nil
    let bias = pointer(bias)
    let dbiasMemory = dbias.map { pointer($0.storage) }
    if let dbias, !dbias.accumulate { fill(dbias.storage, 0) }
    let (qkv, dout) = (matrix(qkv, columns: 3 * shape.width), matrix(dout, columns: shape.width))
    let dqkv = matrix(target, columns: 3 * shape.width)
    eachGroup(shape, sumsOverBatch: dbias != nil) { part, views in
      let count = views.heads.count
      let dout = views.output(dout)
      let (dp, ds) = (matrix(dp, columns: n).moved(part * share), matrix(ds, columns: n).moved(part * share))
      let known = kept.map { matrix($0, columns: n).moved(views.square) }
      let made = again.map { matrix($0, columns: n).moved(part * share) }
      guard let p = known ?? made else { return }
      if kept == nil { attend(views, qkv: qkv, bias: bias, scores: dp, into: p) }
      // dV = P^T dO
      multiply(
        p.transposed, dout, into: views.part(2, of: dqkv), m: n, n: d, k: n, accumulate: accumulate,
        batch: ProductBatch(count: count, a: square, b: d, c: d))
      // dP = dO V^T
      multiply(
        dout, views.part(2, of: qkv).transposed, into: dp, m: n, n: n, k: d,
        batch: ProductBatch(count: count, a: d, b: d, c: square))
      mvp_softmax_backward(
        array(p.data, p.precision), dp.data.assumingMemoryBound(to: Float.self), array(ds.data, ds.precision),
        dbiasMemory.map { $0 + views.heads.lowerBound * square }, count * n, n, shape.scale)
      // dQ = dS K, dK = dS^T Q
      let heads = ProductBatch(count: count, a: square, b: d, c: d)
      multiply(
        ds, views.part(1, of: qkv), into: views.part(0, of: dqkv), m: n, n: d, k: n, accumulate: accumulate,
        batch: heads)
      multiply(
        ds.transposed, views.part(0, of: qkv), into: views.part(1, of: dqkv), m: n, n: d, k: n,
        accumulate: accumulate, batch: heads)
    }
  }

  package func attentionRow(qkv: Storage, bias: Storage?, query: Int, out: Storage, shape: AttentionShape) {
    let (n, d) = (shape.tokens, shape.headWidth)
    let (bias, out, qkv) = (pointer(bias), pointer(out), matrix(qkv, columns: 3 * shape.width))
    for picture in 0..<shape.batch {
      for head in 0..<shape.heads {
        let views = HeadViews(shape: shape, heads: head..<head + 1, picture: picture)
        let row = out + (picture * shape.heads + head) * n
        multiply(
          views.part(0, of: qkv).from(row: query), views.part(1, of: qkv).transposed, into: Matrix(row, rowStride: n),
          m: 1, n: n, k: d)
        mvp_attention_softmax(
          row, bias.map { $0 + (head * n + query) * n }, array(UnsafeMutableRawPointer(row), .float32), 1, n,
          shape.scale, false)
      }
    }
  }
}
