import Measures
import RunEvents

/// How the attention panel goes from one block, head or network to another.
package enum AttentionMove: Hashable, Sendable, CaseIterable {
  case nextBlock, previousBlock, nextHead, previousHead, network
}

/// Whose attention the mask view shows: as ``AttentionQuery`` counts.
struct AttentionChoice: Equatable, Sendable {
  /// nil: the student.
  var teacher: String?
  var block = 0
  var head = 0

  /// - Parameters:
  ///   - known: what the engine said of this network last; blocks and heads go round once their numbers are known.
  ///   - networks: guidances that have a network.
  mutating func move(_ move: AttentionMove, known: PatchAttention?, networks: [String]) {
    let known = known?.query.teacher == teacher && known?.problem == nil ? known : nil
    switch move {
    case .nextBlock: turnBlock(by: 1, of: known?.blocks)
    case .previousBlock: turnBlock(by: -1, of: known?.blocks)
    case .nextHead: turnHead(by: 1, of: known?.heads)
    case .previousHead: turnHead(by: -1, of: known?.heads)
    case .network:
      let names = [nil] + networks.map { Optional($0) }
      let place = names.firstIndex(of: teacher) ?? 0
      self = AttentionChoice(teacher: names[(place + 1) % names.count])
    }
  }

  /// The last block is 0, whatever its number: it needs no question where the student's CLS is shown.
  private mutating func turnBlock(by delta: Int, of blocks: Int?) {
    guard let blocks, blocks > 0 else {
      block += delta
      return
    }
    let place = AttentionQuery(index: 0, block: block).resolved(blocks: blocks, heads: 1).block - 1
    let next = (place + delta + blocks) % blocks + 1
    block = next == blocks ? 0 : next
  }

  /// Behind the last head comes their mean.
  private mutating func turnHead(by delta: Int, of heads: Int?) {
    let next = min(head, heads ?? head) + delta
    head = heads.map { (next + $0 + 1) % ($0 + 1) } ?? max(0, next)
  }
}

/// When the engine is asked for attention.
struct AttentionProbe: Equatable, Sendable {
  /// Seconds between two questions that are the same, or of which the first has no answer yet: a patch that moves on
  /// while the engine makes a step is asked for once.
  private static let interval = 1.0
  /// As long as a question without an answer waits at most to be asked again: an engine of before knows none of them.
  private static let mostPatience = 32.0

  private var asked: AttentionQuery?
  private var askedAt = -Double.infinity
  private var isWaiting = false
  private var patience = interval

  /// Whether it is time to ask.
  /// - Parameters:
  ///   - step: of the run if it stands still, so that an answer stays right; nil while it trains.
  ///   - known: the last answer.
  mutating func isDue(_ now: Double, _ query: AttentionQuery, still step: Int?, known: PatchAttention?) -> Bool {
    if let known, known.answers(query), known.step == step { return false }
    let isSame = query == asked
    if isWaiting || isSame, now - askedAt < (isSame ? patience : Self.interval) { return false }
    patience = isSame && isWaiting ? min(Self.mostPatience, 2 * patience) : Self.interval
    (asked, askedAt, isWaiting) = (query, now, true)
    return true
  }

  mutating func answered() { (isWaiting, patience) = (false, Self.interval) }
}
