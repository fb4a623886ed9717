import RunEvents

/// The session's ablations, and where a person is in the grid of one.
package struct AblationState: Equatable, Sendable {
  /// Newest first.
  package private(set) var tables: [AblationTable] = []
  package private(set) var hasLoaded = false
  /// Name of the one that is shown; nil: the newest.
  package private(set) var name: String?
  /// The marked cell, by its place among the cells, and the marked seed, by its place among the seeds.
  package private(set) var cell = 0
  package private(set) var seed = 0
  /// The kind of evaluation whose scores are shown, by its place.
  private(set) var kind = 0
  /// When the store was asked last, on the state's clock.
  private var askedAt = -Double.infinity

  /// Seconds between two readings of the store while the view is shown.
  private static let reloadSeconds = 5.0

  /// Asks for all of them. The engine answers beside training, so nobody waits.
  mutating func reload(at now: Double) -> Outcome {
    askedAt = now
    return Outcome(effects: [.send(.listAblations)])
  }

  /// Asks again while the view is on the screen.
  mutating func reloadIfStale(in view: RunView) -> Outcome {
    guard view.screen.view == .ablation, view.now - askedAt >= Self.reloadSeconds else { return .nothing }
    return reload(at: view.now)
  }

  mutating func take(_ list: AblationList) {
    tables = list.ablations
    hasLoaded = true
    keepMark()
  }

  /// The place of the shown one.
  var index: Int { tables.firstIndex { $0.name == name } ?? 0 }
  package var table: AblationTable? { tables.isEmpty ? nil : tables[index] }

  /// nil where runs are not judged.
  var shownKind: String? {
    guard let kinds = table?.kinds, !kinds.isEmpty else { return nil }
    return kinds[kind % kinds.count]
  }

  /// The marked run.
  package var marked: AblationRun? {
    guard let cells = table?.cells, cells.indices.contains(cell), cells[cell].runs.indices.contains(seed) else {
      return nil
    }
    return cells[cell].runs[seed]
  }

  /// After the list changed, the mark stands on a run that is there.
  private mutating func keepMark() {
    cell = min(max(0, cell), max(0, (table?.plan.cellCount ?? 1) - 1))
    seed = min(max(0, seed), max(0, (table?.plan.seeds.count ?? 1) - 1))
  }

  mutating func move(by delta: Int) {
    cell += delta
    keepMark()
  }

  mutating func mark(_ cell: Int) {
    self.cell = cell
    keepMark()
  }

  mutating func moveSeed(by delta: Int) {
    seed += delta
    keepMark()
  }

  mutating func nextKind() { kind = ((table?.kinds.firstIndex { $0 == shownKind }) ?? 0) + 1 }

  /// Shows an older one, or a newer one by a negative number.
  mutating func show(by delta: Int) {
    let next = index + delta
    guard tables.indices.contains(next) else { return }
    name = tables[next].name
    (cell, seed) = (0, 0)
  }
}
