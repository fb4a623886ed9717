import Measures

/// How much one token of a picture of the preview set attends to each patch, in one block of one network; the whole
/// picture is shown to it. Computed only when a front end asks with ``RunCommand/attend(_:)``.
package struct PatchAttention: Codable, Equatable, Sendable {
  package var step: Int
  /// What was asked, with the block and the head that are shown: ``AttentionQuery/resolved(blocks:heads:)``.
  package var query: AttentionQuery
  /// Of the network; 0 where there is none.
  package var blocks: Int
  package var heads: Int
  /// Softmax probabilities of the patches, row-major; with ``cls`` they add up to 1.
  package var patches: [Float]
  package var cls: Float
  /// What this cost, in seconds of the training queue.
  package var seconds: Double
  /// Why there is no attention, in one sentence; nil: there is.
  package var problem: String?

  package init(
    step: Int, query: AttentionQuery, blocks: Int, heads: Int, patches: [Float], cls: Float, seconds: Double,
    problem: String? = nil
  ) {
    self.step = step
    self.query = query
    self.blocks = blocks
    self.heads = heads
    self.patches = patches
    self.cls = cls
    self.seconds = seconds
    self.problem = problem
  }

  /// Whether it is what a query asks for.
  package func answers(_ query: AttentionQuery) -> Bool {
    problem == nil ? query.resolved(blocks: blocks, heads: heads) == self.query : query == self.query
  }
}
