package protocol TokenKernels {
  func residual(
    x: Storage, branch: Storage, scale: Storage?, keep: [Float]?, y: Storage, rowsPerSample: Int, rows: Int,
    columns: Int)
  func residualGradient(
    branch: Storage?, scale: Storage?, keep: [Float]?, dy: Storage, dbranch: Destination?, dscale: Destination?,
    rowsPerSample: Int, rows: Int, columns: Int)
  /// pixels [B,C,H,W] -> patches [B,M,Cpp], (x - mean) / standard deviation per channel, of which there are C
  func patchify(
    pixels: Storage, patches: Storage, batch: Int, height: Int, width: Int, patch: Int, mean: [Float],
    standardDeviation: [Float])
  /// patches [B,M,D], cls [D], maskToken [D], position [1+M,D] -> tokens [B,1+M,D]
  func assembleTokens(
    patches: Storage, cls: Storage, maskToken: Storage?, mask: [Bool]?, position: Storage?, tokens: Storage, batch: Int,
    patchCount: Int, width: Int)
  func assembleTokensGradient(
    dtokens: Storage, mask: [Bool]?, dpatches: Destination?, dcls: Destination?, dmaskToken: Destination?,
    dposition: Destination?, batch: Int, patchCount: Int, width: Int)
  /// x [B,N,D] + position [N,D]
  func addPosition(x: Storage, position: Storage, y: Storage, batch: Int, count: Int)
  /// out[C] (+)= sum over the batch of x[B,C]
  func batchSums(_ x: Storage, into out: Destination, batch: Int, count: Int)
  /// x [B,N,D] -> y [B,D], mean of tokens first..<N
  func meanTokens(x: Storage, y: Storage, batch: Int, tokens: Int, first: Int, width: Int)
  func meanTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, first: Int, width: Int)
  /// x [B,N,D] -> y [B,N-1,D] without the first token
  func patchTokens(x: Storage, y: Storage, batch: Int, tokens: Int, width: Int)
  func patchTokensGradient(dy: Storage, dx: Destination, batch: Int, tokens: Int, width: Int)
}

/// Cuts pixels into patches and normalises them, as the input of a patch embedding; no gradient.
/// - Parameters:
///   - pixels: [B, C, H, W], values in 0...1
///   - mean, standardDeviation: by channel, C of them
/// - Returns: [B, M, C p p], each patch in the order (channel, y, x), as a Conv2d weight has it
package func patchify(_ pixels: Tensor, patch: Int, mean: [Float], standardDeviation: [Float]) -> Tensor {
  let device = pixels.device
  let (batch, height, width) = (pixels.shape[0], pixels.shape[2], pixels.shape[3])
  let channels = pixels.shape[1]
  precondition(
    mean.count == channels && standardDeviation.count == channels && height % patch == 0 && width % patch == 0,
    "patchify: \(pixels.shape), \(mean.count) means, patch \(patch)")
  let count = (height / patch) * (width / patch)
  let patches = device.allocate(batch * count * channels * patch * patch)
  device.patchify(
    pixels: pixels.storage, patches: patches, batch: batch, height: height, width: width, patch: patch, mean: mean,
    standardDeviation: standardDeviation)
  return Tensor(storage: patches, shape: [batch, count, channels * patch * patch], device: device)
}

/// The student's input sequence: CLS in front, mask tokens in place of masked patch embeddings, positions added.
/// Source: BEiT (unilm/beit/modeling_pretrain.py).
/// - Parameters:
///   - patches: [B, M, D]
///   - cls: [D] (any shape of D elements)
///   - maskToken: [D]
///   - mask: B * M flags, true = masked; nil masks nothing
///   - position: [1 + M, D]
/// - Returns: [B, 1 + M, D]
package func assembleTokens(patches: Tensor, cls: Tensor, maskToken: Tensor?, mask: [Bool]?, position: Tensor?)
  -> Tensor
{
  let patches = patches.float32()
  let device = patches.device
  let (batch, patchCount, width) = (patches.shape[0], patches.shape[1], patches.shape[2])
  precondition(mask == nil || mask?.count == batch * patchCount, "assembleTokens: mask of \(mask?.count ?? 0) flags")
  precondition(mask == nil || maskToken != nil, "assembleTokens: a mask needs a mask token")
  let count = batch * (1 + patchCount) * width
  let tokens = device.allocate(count)
  device.assembleTokens(
    patches: patches.storage, cls: cls.storage, maskToken: maskToken?.storage, mask: mask, position: position?.storage,
    tokens: tokens, batch: batch, patchCount: patchCount, width: width)

  // Each input's gradient is the part of dtokens that it went into; cls, mask token and positions sum over the batch.
  let node = TapeNode.record([patches, cls, maskToken, position], count: count) {
    [patches = patches.target, cls = cls.target, maskToken = maskToken?.target, position = position?.target] dtokens in
    device.assembleTokensGradient(
      dtokens: dtokens, mask: mask, dpatches: patches.destination(), dcls: cls.destination(),
      dmaskToken: maskToken?.destination(), dposition: position?.destination(), batch: batch, patchCount: patchCount,
      width: width)
  }
  return Tensor(storage: tokens, shape: [batch, 1 + patchCount, width], device: device, node: node)
}

/// x [B, N, D] + position [N, D].
package func addPosition(_ x: Tensor, _ position: Tensor) -> Tensor {
  let x = x.float32()
  let device = x.device
  let batch = x.shape[0]
  let count = x.count / batch
  precondition(position.count == count, "addPosition: \(x.shape) and \(position.shape)")
  let y = device.allocate(x.count)
  device.addPosition(x: x.storage, position: position.storage, y: y, batch: batch, count: count)
  let node = TapeNode.record([x, position], count: x.count) { [x = x.target, position = position.target] dy in
    if let dposition = position.destination() {
      device.batchSums(dy, into: dposition, batch: batch, count: count)
    }
    x.give(dy)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}

/// Token `index` of every sample: x [B, N, D] -> [B, D].
package func selectToken(_ x: Tensor, _ index: Int) -> Tensor {
  let tokens = x.shape[1]
  let rows = (0..<x.shape[0]).map { Int32($0 * tokens + index) }
  return gatherRows(x.reshaped([x.rows, x.columns]), rows)
}

/// Mean over tokens `first`..<N: x [B, N, D] -> [B, D].
package func meanTokens(_ x: Tensor, from first: Int = 1) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
  let y = device.allocate(batch * width)
  device.meanTokens(x: x.storage, y: y, batch: batch, tokens: tokens, first: first, width: width)
  let node = TapeNode.record([x], count: batch * width) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.meanTokensGradient(dy: dy, dx: dx, batch: batch, tokens: tokens, first: first, width: width)
  }
  return Tensor(storage: y, shape: [batch, width], device: device, node: node)
}

/// The tokens of the patches, without CLS: x [B, 1+M, D] -> [B, M, D].
package func patchTokens(_ x: Tensor) -> Tensor {
  let x = x.float32()
  let device = x.device
  let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
  let y = device.allocate(batch * (tokens - 1) * width)
  device.patchTokens(x: x.storage, y: y, batch: batch, tokens: tokens, width: width)
  let node = TapeNode.record([x], count: y.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.patchTokensGradient(dy: dy, dx: dx, batch: batch, tokens: tokens, width: width)
  }
  return Tensor(storage: y, shape: [batch, tokens - 1, width], device: device, node: node)
}
