import Tensors

/// Stochastic depth, decided for a whole batch at once: which samples skip which branches.
///
/// The rate rises linearly from 0 at the first block to its full value at the last, and what is kept is scaled by 1 / (1 - rate)
/// (unilm/beit/modeling_pretrain.py, timm/layers/drop.py).
public struct DropPath: Sendable {
  /// By block: a factor for each sample of the attention branch and of the MLP branch.
  public let keep: [(attention: [Float], mlp: [Float])]

  /// Decisions are a function of (seed, step, place in the batch), so they are the same after a pause or a restart.
  /// - Parameters:
  ///   - rate: at the last block, 0..<1.
  ///   - batch: samples.
  public init(rate: Float, depth: Int, batch: Int, seed: UInt64, step: Int) {
    var generators = (0..<batch).map {
      Philox(seed: seed, purpose: .dropPath, stream: UInt64(bitPattern: Int64(step)), substream: UInt32($0))
    }
    keep = (0..<depth).map { block in
      let kept = 1 - rate * Float(block) / Float(max(depth - 1, 1))
      func draw() -> [Float] { generators.indices.map { generators[$0].uniform() < kept ? 1 / kept : 0 } }
      return (draw(), draw())
    }
  }
}
