import CKernels
import COpenBLAS

/// One head of one sample inside a fused [B, N, 3D] tensor: the strides say where its rows are, nothing is copied.
private struct Head {
  let index: Int
  let offset: Int
  let outOffset: Int

  init(_ index: Int, _ shape: AttentionShape) {
    self.index = index
    let (sample, head) = (index / shape.heads, index % shape.heads)
    offset = sample * shape.tokens * 3 * shape.width + head * shape.headWidth
    outOffset = sample * shape.tokens * shape.width + head * shape.headWidth
  }
}

extension CPUDevice {
  public func attention(qkv: Storage, bias: Storage?, out: Storage, probabilities: Storage?, shape: AttentionShape) {
    let (qkv, bias, out, kept) = (pointer(qkv), pointer(bias), pointer(out), pointer(probabilities))
    let (n, width, d) = (shape.tokens, shape.width, shape.headWidth)
    let square = n * n
    let count = shape.batch * shape.heads
    let scratch = kept == nil ? allocate(threads * square) : nil
    let scratchMemory = pointer(scratch)
    let parts = min(threads, count)
    parallel(parts, work: count * square * d) { range in
      for part in range {
        for index in count * part / parts..<count * (part + 1) / parts {
          let head = Head(index, shape)
          guard let scores = kept.map({ $0 + index * square }) ?? scratchMemory.map({ $0 + part * square }) else {
            continue
          }
          let q = qkv + head.offset
          mvp_blas_sgemm(
            false, true, Int32(n), Int32(n), Int32(d), 1, q, Int32(3 * width), q + width, Int32(3 * width), 0, scores,
            Int32(n))
          mvp_attention_softmax(
            scores, bias.map { $0 + index % shape.heads * square }, n, n, shape.scale, shape.causal)
          mvp_blas_sgemm(
            false, false, Int32(n), Int32(d), Int32(n), 1, scores, Int32(n), q + 2 * width, Int32(3 * width), 0,
            out + head.outOffset, Int32(width))
        }
      }
    }
  }

  public func attentionGradient(
    qkv: Storage, probabilities: Storage, dout: Storage, dqkv: Destination?, dbias: Destination?, shape: AttentionShape
  ) {
    let (qkv, p, dout) = (pointer(qkv), pointer(probabilities), pointer(dout))
    let (n, width, d) = (shape.tokens, shape.width, shape.headWidth)
    let square = n * n
    let count = shape.batch * shape.heads
    let discarded = dqkv == nil ? allocate(shape.batch * n * 3 * width) : nil
    let dq = pointer(dqkv?.storage ?? discarded)
    guard let dq else { return }
    let beta: Float = dqkv?.accumulate == true ? 1 : 0
    let dbiasMemory = dbias.map { pointer($0.storage) }
    let scratch = allocate(threads * square)
    let scratchMemory = pointer(scratch)

    func backward(_ index: Int, scratch ds: UnsafeMutablePointer<Float>) {
      let head = Head(index, shape)
      let q = qkv + head.offset
      let dq = dq + head.offset
      let probabilities = p + index * square
      let dout = dout + head.outOffset
      let (n32, d32, stride, outStride) = (Int32(n), Int32(d), Int32(3 * width), Int32(width))
      mvp_blas_sgemm(true, false, n32, d32, n32, 1, probabilities, n32, dout, outStride, beta, dq + 2 * width, stride)
      mvp_blas_sgemm(false, true, n32, n32, d32, 1, dout, outStride, q + 2 * width, stride, 0, ds, n32)
      mvp_softmax_backward(probabilities, ds, n, n)
      mvp_blas_sgemm(false, false, n32, d32, n32, shape.scale, ds, n32, q + width, stride, beta, dq, stride)
      mvp_blas_sgemm(true, false, n32, d32, n32, shape.scale, ds, n32, q, stride, beta, dq + width, stride)
    }

    // With a bias gradient each core owns whole heads and sums over the batch in order; without, any split will do.
    if let dbias, let dbiasMemory {
      let parts = min(threads, shape.heads)
      parallel(parts, work: count * square * d) { range in
        for part in range {
          let mine = scratchMemory + part * square
          for h in shape.heads * part / parts..<shape.heads * (part + 1) / parts {
            for b in 0..<shape.batch {
              backward(b * shape.heads + h, scratch: mine)
              mvp_axpby(mine, 1, dbiasMemory + h * square, b == 0 && !dbias.accumulate ? 0 : 1, square)
            }
          }
        }
      }
    } else {
      let parts = min(threads, count)
      parallel(parts, work: count * square * d) { range in
        for part in range {
          for index in count * part / parts..<count * (part + 1) / parts {
            backward(index, scratch: scratchMemory + part * square)
          }
        }
      }
    }
  }

  public func attentionRow(qkv: Storage, bias: Storage?, query: Int, out: Storage, shape: AttentionShape) {
    let (qkv, bias, out) = (pointer(qkv), pointer(bias), pointer(out))
    let (n, width) = (shape.tokens, shape.width)
    for index in 0..<shape.batch * shape.heads {
      let k = qkv + Head(index, shape).offset + width
      let q = qkv + Head(index, shape).offset + query * 3 * width
      let row = out + index * n
      mvp_blas_sgemm(
        false, true, 1, Int32(n), Int32(shape.headWidth), 1, q, Int32(3 * width), k, Int32(3 * width), 0, row, Int32(n))
      mvp_attention_softmax(
        row, bias.map { $0 + (index % shape.heads * n + query) * n }, 1, n, shape.scale, false)
    }
  }
}
