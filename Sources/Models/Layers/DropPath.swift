import Tensors

/// Stochastic depth: which samples of a batch skip which branches.
///
/// The rate rises linearly from 0 at the first block to its full value at the last, and what is kept is scaled by 1 /
/// (1 - rate) (unilm/beit/modeling_pretrain.py, timm/layers/drop.py).
package struct DropPath: Sendable {
  /// At the last block, 0..<1.
  package let rate: Float
  private let seed: UInt64
  private let stream: UInt64
  /// Place of the batch's first sample in the step's whole batch.
  private let firstPlace: Int
  /// Tells networks apart that a batch passes.
  private var network: UInt32 = 0

  /// Decisions are a function of (seed, stream, place in the batch), so they are the same after a pause or a restart.
  /// - Parameters:
  ///   - stream: tells batches apart, e.g. the number of the step.
  ///   - firstPlace: of the first sample, where the batch is a part of a larger one: decisions do not depend on how
  ///     that is cut.
  package init(rate: Float, seed: UInt64, stream: UInt64, firstPlace: Int = 0) {
    self.rate = rate
    self.seed = seed
    self.stream = stream
    self.firstPlace = firstPlace
  }

  /// Decisions for another network that the same batch passes, independent of these.
  /// - Parameter number: from 1 on, below 256.
  package func other(_ number: UInt32) -> DropPath {
    var other = self
    other.network = number
    return other
  }

  /// By block: a factor for each sample of the attention branch and of the MLP branch.
  package func keep(depth: Int, batch: Int) -> [(attention: [Float], mlp: [Float])] {
    keep(0..<depth, depth: depth, batch: batch, firstSubstream: 0)
  }

  /// The same for further blocks that stand at the depth of some of the model's own, by draws of their own.
  func keep(behind blocks: Range<Int>, depth: Int, batch: Int) -> [(attention: [Float], mlp: [Float])] {
    keep(blocks, depth: max(depth, blocks.upperBound), batch: batch, firstSubstream: 1 << 31)
  }

  private func keep(
    _ blocks: Range<Int>, depth: Int, batch: Int, firstSubstream: UInt32
  ) -> [(attention: [Float], mlp: [Float])] {
    var generators = (0..<batch).map {
      Philox(
        seed: seed, purpose: .dropPath, stream: stream,
        substream: firstSubstream | network << 24 | UInt32(firstPlace + $0))
    }
    return blocks.map { block in
      let kept = 1 - rate * Float(block) / Float(max(depth - 1, 1))
      func draw() -> [Float] { generators.indices.map { generators[$0].uniform() < kept ? 1 / kept : 0 } }
      return (draw(), draw())
    }
  }
}
