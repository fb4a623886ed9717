import Measures

/// How much a token of one picture attends to each patch, in one block of a network.
package struct TaskAttention: Equatable, Sendable {
  /// What was asked, resolved: block and picture are those that were looked at.
  package var query: AttentionQuery
  /// Of the network.
  package var blocks: Int
  package var heads: Int
  /// Softmax probabilities of the patches, row-major; with ``cls`` they add up to 1.
  package var patches: [Float]
  /// What goes to CLS.
  package var cls: Float

  package init(query: AttentionQuery, blocks: Int, heads: Int, patches: [Float], cls: Float) {
    self.query = query
    self.blocks = blocks
    self.heads = heads
    self.patches = patches
    self.cls = cls
  }
}
