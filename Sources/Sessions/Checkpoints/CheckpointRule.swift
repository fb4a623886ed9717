/// Which checkpoints of a run stay when another is written.
package struct CheckpointRule: Sendable {
  /// The newest, at least 1.
  package let newest: Int
  /// Those of multiples of so many steps; nil: none for that.
  package let every: Int?
  /// Tells which of some steps is the best one; nil: none is known, or none stays for that.
  private let best: @Sendable ([Int]) -> Int?

  package init(newest: Int, every: Int? = nil, best: @escaping @Sendable ([Int]) -> Int? = { _ in nil }) {
    self.newest = max(1, newest)
    self.every = every.map { max(1, $0) }
    self.best = best
  }

  /// What a session asks for of a run of its store.
  package init(_ schedule: ScheduleSettings, run: String, in store: RunStore) {
    self.init(newest: schedule.keepCheckpoints, every: schedule.keepEvery) { steps in
      schedule.keepBest.flatMap { store.bestStep(of: run, by: $0, among: steps) }
    }
  }

  /// Those of some steps, ascending, that need not stay.
  package func surplus(of steps: [Int]) -> [Int] {
    let older = steps.dropLast(newest)
    guard !older.isEmpty else { return [] }
    let best = best(steps)
    return older.filter { step in step != best && !(every.map { step.isMultiple(of: $0) } ?? false) }
  }
}
