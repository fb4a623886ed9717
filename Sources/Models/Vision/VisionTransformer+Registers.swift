import Tensors

/// Registers are tokens of no patch that blocks may write into (Darcet et al. 2023, arXiv 2309.16588). They stand
/// behind the patches here, as attention does not care for places, and are gone behind the last block.
extension VisionTransformer {
  /// [B, N, D] -> [B, N + R, D]
  func withRegisters(_ tokens: Tensor) -> Tensor {
    guard let registers else { return tokens }
    let (batch, count, width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2])
    let own = preNorm.map { $0(registers) } ?? registers
    let all = concatenateRows([tokens.reshaped([batch * count, width]), own])
    let extra = configuration.registers
    var rows: [Int32] = []
    rows.reserveCapacity(batch * (count + extra))
    for sample in 0..<batch {
      rows += (0..<count).map { Int32(sample * count + $0) }
      rows += (0..<extra).map { Int32(batch * count + $0) }
    }
    return gatherRows(all, rows).reshaped([batch, count + extra, width])
  }

  /// [B, N + R, D] -> [B, N, D]; rows of tokens that were chosen, [rows, D], stay.
  func withoutRegisters(_ tokens: Tensor) -> Tensor {
    guard registers != nil, tokens.shape.count == 3 else { return tokens }
    let (batch, count, width) = (tokens.shape[0], tokens.shape[1], tokens.shape[2])
    let kept = count - configuration.registers
    let rows = (0..<batch).flatMap { sample in (0..<kept).map { Int32(sample * count + $0) } }
    return gatherRows(tokens, rows).reshaped([batch, kept, width])
  }

  /// Numbers among B * N tokens as numbers among B * (N + R).
  /// - Parameter count: N
  func registered(_ rows: [Int32]?, of count: Int) -> [Int32]? {
    guard registers != nil else { return rows }
    return rows?.map { row in row + Int32(Int(row) / count * configuration.registers) }
  }
}
