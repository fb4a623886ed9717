import Measures
import RunEvents

extension MaskState {
  /// What the attention panel asks the engine for; nil if every inspection has it: how CLS attends in the student's
  /// last block, mean over heads. Snapshots have no other.
  func attentionQuery(isLive: Bool) -> AttentionQuery? {
    guard isLive, snapshots.shown == nil, patch != nil || attention != AttentionChoice() else { return nil }
    let columns = grid(nil).columns
    return AttentionQuery(
      index: index, teacher: attention.teacher, patch: patch.map { $0.row * columns + $0.column },
      block: attention.block, head: attention.head)
  }

  /// The engine's answer to that; nil while it is on its way.
  func attended(_ query: AttentionQuery) -> PatchAttention? {
    attended.flatMap { $0.answers(query) ? $0 : nil }
  }

  /// Chooses a block, a head or a network, and marks the panel that shows it.
  mutating func moveAttention(_ move: AttentionMove, in view: RunView) {
    let networks = (view.run?.guidances ?? []).filter { $0.teacher.parameters > 0 }.map(\.name)
    attention.move(move, known: attended, networks: networks)
    selected = .attention
  }

  mutating func take(_ attention: PatchAttention) {
    attended = attention
    attentionProbe.answered()
  }

  /// Asks for attention where its panel is on the screen and shows another than every inspection has.
  mutating func askForAttention(in view: RunView) -> [WorkbenchEffect] {
    guard let query = attentionQuery(isLive: view.isLive), shownPreview != nil,
      shownPanels(in: view).contains(.attention)
    else { return [] }
    let watched = view.watched
    let isDue = attentionProbe.isDue(
      view.now, query, still: watched.state == .running ? nil : watched.step, known: attended)
    return isDue ? [.send(.attend(query))] : []
  }
}
