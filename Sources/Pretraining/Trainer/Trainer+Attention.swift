import Measures
import Models
import Tasks
import Tensors

extension Trainer {
  /// Attention of one token of a picture of the preview set, which is shown without its mask. Changes nothing of the
  /// run.
  package func attention(_ query: AttentionQuery) throws -> TaskAttention {
    try withoutHistory {
      guard let previews, previews.count > 0 else { throw TrainerError.noPreviews }
      let place = max(0, min(query.index, previews.count - 1))
      let pixels = try previewPixels(place)
      let network = try attendingNetwork(query.teacher)
      var query = query.resolved(blocks: network.depth, heads: network.heads)
      query.index = place
      query.patch = query.patch.map { max(0, min($0, masks.rows * masks.columns - 1)) }
      let all = network.attention(pixels, query.block - 1, query.patch.map { $0 + 1 } ?? 0)
      let tokens = all.count / max(1, network.heads)
      let heads = query.head == 0 ? Array(0..<network.heads) : [query.head - 1]
      let row = (0..<tokens).map { token in
        heads.reduce(Float(0)) { $0 + all[$1 * tokens + token] } / Float(heads.count)
      }
      return TaskAttention(
        query: query, blocks: network.depth, heads: network.heads, patches: Array(row.dropFirst()), cls: row.first ?? 0)
    }
  }

  private struct AttendingNetwork {
    var depth: Int
    var heads: Int
    /// Of these pixels, in a block from 0 on, of a token: [H, N].
    var attention: (_ pixels: Tensor, _ block: Int, _ token: Int) -> [Float]
  }

  private func attendingNetwork(_ teacher: String?) throws -> AttendingNetwork {
    guard let teacher else {
      let student = student
      let normalization = settings.normalization
      return AttendingNetwork(depth: student.configuration.depth, heads: student.configuration.heads) {
        student.attention($0, normalization: normalization, block: $1, query: $2)
      }
    }
    guard let guidance = guidances.first(where: { $0.name == teacher })?.uncached else {
      throw TrainerError.unknownGuidance(teacher, known: guidanceNames)
    }
    guard let network = guidance.network?.model.configuration else { throw TrainerError.noAttention(teacher) }
    return AttendingNetwork(depth: network.depth, heads: network.heads) {
      guidance.attention(pixels: $0, block: $1, query: $2)
    }
  }
}
