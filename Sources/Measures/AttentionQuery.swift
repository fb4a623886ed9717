/// Whose attention to the patches of a picture is asked for.
public struct AttentionQuery: Codable, Equatable, Sendable {
  /// Place of the picture in the preview set.
  public var index: Int
  /// Name of a guidance whose network it is; nil: the student.
  public var teacher: String?
  /// The patch that attends, counted row by row from 0 on; nil: CLS.
  public var patch: Int?
  /// From 1 on; 0 is the last one, -1 the one before.
  public var block: Int
  /// From 1 on; 0 is the mean of all heads.
  public var head: Int

  public init(index: Int, teacher: String? = nil, patch: Int? = nil, block: Int = 0, head: Int = 0) {
    self.index = index
    self.teacher = teacher
    self.patch = patch
    self.block = block
    self.head = head
  }

  /// The same for a network of so many blocks and heads: `block` from 1 on, and what lies beyond the ends at the ends.
  public func resolved(blocks: Int, heads: Int) -> AttentionQuery {
    var query = self
    query.block = min(max(1, block > 0 ? block : blocks + block), max(1, blocks))
    query.head = min(max(0, head), heads)
    return query
  }
}
