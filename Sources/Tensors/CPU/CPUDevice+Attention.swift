import CKernels

/// Where the heads of one picture lie inside fused [B, N, 3D] and [B, N, D] tensors: the strides say it, nothing is copied.
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

extension CPUDevice {
  /// Calls `body` once for every picture and share of its heads; `part` numbers the core's share of the work. Without a sum over
  /// the batch whole pictures are dealt out; with one each core owns heads and goes over the batch in order.
  private func eachPicture(
    _ shape: AttentionShape, sumsOverBatch: Bool, body: (_ part: Int, HeadViews) -> Void
  ) {
    let work = shape.batch * shape.heads * shape.tokens * shape.tokens * shape.headWidth / 4
    if sumsOverBatch {
      let parts = min(threads, shape.heads)
      parallel(parts, work: work) { range in
        for part in range {
          let heads = shape.heads * part / parts..<shape.heads * (part + 1) / parts
          for picture in 0..<shape.batch { body(part, HeadViews(shape: shape, heads: heads, picture: picture)) }
        }
      }
    } else {
      let parts = min(threads, shape.batch)
      parallel(parts, work: work) { range in
        for part in range {
          for picture in shape.batch * part / parts..<shape.batch * (part + 1) / parts {
            body(part, HeadViews(shape: shape, heads: 0..<shape.heads, picture: picture))
          }
        }
      }
    }
  }

  public func attention(qkv: Storage, bias: Storage?, out: Storage, probabilities: Storage?, shape: AttentionShape) {
    let (n, d, square) = (shape.tokens, shape.headWidth, shape.tokens * shape.tokens)
    let (bias, kept) = (pointer(bias), probabilities)
    let scores = allocate(threads * shape.heads * square)
    // Without anything to keep, probabilities take the place of the scores, or of a core's own memory where they are narrower.
    let passing =
      kept == nil && out.precision != .float32 ? allocate(threads * shape.heads * square, out.precision) : nil
    let (qkv, out) = (matrix(qkv, columns: 3 * shape.width), matrix(out, columns: shape.width))
    eachPicture(shape, sumsOverBatch: false) { part, views in
      let count = views.heads.count
      let mine = part * shape.heads * square
      let s = matrix(scores, columns: n).moved(mine)
      let q = views.part(0, of: qkv)
      multiply(
        q, views.part(1, of: qkv).transposed, into: s, m: n, n: n, k: d,
        batch: ProductBatch(count: count, a: d, b: d, c: square))
      let p =
        kept.map { matrix($0, columns: n).moved(views.square) } ?? passing.map { matrix($0, columns: n).moved(mine) }
        ?? s
      mvp_attention_softmax(
        s.data.assumingMemoryBound(to: Float.self), bias.map { $0 + views.heads.lowerBound * square },
        array(p.data, p.precision), count * n, n, shape.scale, shape.causal)
      multiply(
        p, views.part(2, of: qkv), into: views.output(out), m: n, n: d, k: n,
        batch: ProductBatch(count: count, a: square, b: d, c: d))
    }
  }

  public func attentionGradient(
    qkv: Storage, probabilities: Storage, dout: Storage, dqkv: Destination?, dbias: Destination?, shape: AttentionShape
  ) {
    let (n, d, square) = (shape.tokens, shape.headWidth, shape.tokens * shape.tokens)
    let precision = qkv.precision
    let discarded = dqkv == nil ? allocate(qkv.count, precision) : nil
    guard let target = dqkv?.storage ?? discarded else { return }
    let accumulate = dqkv?.accumulate ?? false
    let (dp, ds) = (allocate(threads * shape.heads * square), allocate(threads * shape.heads * square, precision))
    let dbiasMemory = dbias.map { pointer($0.storage) }
    if let dbias, !dbias.accumulate { fill(dbias.storage, 0) }
    let (qkv, dout) = (matrix(qkv, columns: 3 * shape.width), matrix(dout, columns: shape.width))
    let (p, dqkv) = (matrix(probabilities, columns: n), matrix(target, columns: 3 * shape.width))
    eachPicture(shape, sumsOverBatch: dbias != nil) { part, views in
      let count = views.heads.count
      let mine = part * shape.heads * square
      let (p, dout) = (p.moved(views.square), views.output(dout))
      let (dp, ds) = (matrix(dp, columns: n).moved(mine), matrix(ds, columns: n).moved(mine))
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

  public func attentionRow(qkv: Storage, bias: Storage?, query: Int, out: Storage, shape: AttentionShape) {
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
