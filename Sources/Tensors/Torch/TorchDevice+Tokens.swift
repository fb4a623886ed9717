import CTorch

extension TorchDevice {
  package func residual(
    x: Storage, branch: Storage, scale: Storage?, keep: [Float]?, y: Storage, rowsPerSample: Int, rows: Int,
    columns: Int
  ) {
    withOptional(keep) { keep in
      call.pointee.residual(
        device, array(x), array(branch), array(scale), keep, Int64(rows / rowsPerSample), array(y), Int64(rows),
        Int64(columns))
    }
  }

  package func residualGradient(
    branch: Storage?, scale: Storage?, keep: [Float]?, dy: Storage, dbranch: Destination?, dscale: Destination?,
    rowsPerSample: Int, rows: Int, columns: Int
  ) {
    guard dbranch != nil || dscale != nil else { return }
    withOptional(keep) { keep in
      call.pointee.residual_gradient(
        device, array(branch), array(scale), keep, Int64(rows / rowsPerSample), array(dy), target(dbranch),
        target(dscale), Int64(rows), Int64(columns))
    }
  }

  package func assembleTokens(
    patches: Storage, cls: Storage, maskToken: Storage?, mask: [Bool]?, position: Storage?, tokens: Storage, batch: Int,
    patchCount: Int, width: Int
  ) {
    withOptional(mask) { mask in
      call.pointee.assemble_tokens(
        device, array(patches), array(cls), array(maskToken), mask, array(position), array(tokens), Int64(batch),
        Int64(patchCount), Int64(width))
    }
  }

  package func assembleTokensGradient(
    dtokens: Storage, mask: [Bool]?, dpatches: Destination?, dcls: Destination?, dmaskToken: Destination?,
    dposition: Destination?, batch: Int, patchCount: Int, width: Int
  ) {
    withOptional(mask) { mask in
      call.pointee.assemble_tokens_gradient(
        device, array(dtokens), mask, target(dpatches), target(dcls), target(dmaskToken), target(dposition),
        Int64(batch), Int64(patchCount), Int64(width))
    }
  }

  package func addPosition(x: Storage, position: Storage, y: Storage, batch: Int, count: Int) {
    call.pointee.add_position(device, array(x), array(position), array(y), Int64(batch), Int64(count))
  }

  package func batchSums(_ x: Storage, into out: Destination, batch: Int, count: Int) {
    columnSums(x, into: out, rows: batch, columns: count)
  }

  package func meanTokens(x: Storage, y: Storage, batch: Int, tokens: Int, first: Int, width: Int) {
    call.pointee.mean_tokens(device, array(x), array(y), Int64(batch), Int64(tokens), Int64(first), Int64(width))
  }

  package func meanTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, first: Int, width: Int) {
    call.pointee.mean_tokens_gradient(
      device, array(dy), target(dx), Int64(batch), Int64(tokens), Int64(first), Int64(width))
  }

  package func patchTokens(x: Storage, y: Storage, batch: Int, tokens: Int, width: Int) {
    call.pointee.patch_tokens(device, array(x), array(y), Int64(batch), Int64(tokens), Int64(width))
  }

  package func patchTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, width: Int) {
    call.pointee.patch_tokens_gradient(device, array(dy), target(dx), Int64(batch), Int64(tokens), Int64(width))
  }
}
