import RunEvents

/// When a run keeps snapshots of its preview pictures: from the first step on, at most some thirty times, one picture a
/// step and so seldom that they take one percent of the time, and at the end, or where the run is stopped, all of them.
struct SnapshotSchedule {
  static let mostSnapshots = 32
  static let mostPictures = 8
  static let mostWaiting = 32

  private let every: Int
  private let pictures: Int
  private var waiting: [Int] = []
  /// Step of the last snapshot of all of them, or that the run was begun or resumed at.
  private var lastWhole: Int
  var budget = ProbeBudget(share: 0.01)

  init(totalSteps: Int, pictures: Int, startStep: Int) {
    lastWhole = startStep
    every = max(1, (totalSteps + Self.mostSnapshots - 1) / Self.mostSnapshots)
    self.pictures = min(pictures, Self.mostPictures)
  }

  /// The pictures to keep a snapshot of after a step.
  mutating func due(step: Int, isLast: Bool) -> [Int] {
    if isLast {
      defer { (waiting, lastWhole) = ([], step) }
      return step == lastWhole ? [] : Array(0..<pictures)
    }
    if waiting.isEmpty, step == 1 || step % every == 0 { waiting = Array(0..<pictures) }
    guard !waiting.isEmpty, budget.isOpen else { return [] }
    return [waiting.removeFirst()]
  }
}

extension RunEngine {
  /// How long the last snapshots may take, each picture's share of a model that is slow.
  private static let lastSeconds = 5.0

  /// Keeps how the student does on pictures of the preview set, for those who look later.
  func keepSnapshots() {
    let step = task.completedSteps
    let isLast = step >= totalSteps
    // Where the store cannot be written, they wait in memory: no more than so many.
    guard isLast || outlet.recording.waiting.pictures < SnapshotSchedule.mostWaiting else { return }
    keep(keeper.due(step: step, isLast: isLast))
  }

  /// The same where the run stops: of all pictures, or as many as there is time for, the one that is on the screen
  /// first. Those that are left out keep the snapshots from before.
  func keepLastSnapshots() {
    let due = keeper.due(step: task.completedSteps, isLast: true)
    guard let first = due.firstIndex(of: previewIndex) else { return keep(due, within: Self.lastSeconds) }
    keep([due[first]] + due[..<first] + due[(first + 1)...], within: Self.lastSeconds)
  }

  private func keep(_ due: [Int], within limit: Double = .infinity) {
    guard !due.isEmpty, let pictures = task.pictures else { return }
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    defer { keeper.budget.spent(seconds(), isFree: false) }
    for index in due where seconds() < limit {
      outlet.recording.keep(
        PictureSnapshot(
          preview: preview(of: index, in: pictures),
          inspection: inspection(of: index, in: pictures).withoutSimilarities))
    }
  }
}
