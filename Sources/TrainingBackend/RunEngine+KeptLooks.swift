import RunEvents

/// When a run keeps looks at its preview pictures: from the first step on, at most some thirty times, one picture a step and
/// so seldom that they take one percent of the time, and at the end all of them.
struct LookKeeper {
  static let mostLooks = 32
  static let mostPictures = 8
  static let mostWaiting = 32

  private let every: Int
  private let pictures: Int
  private var waiting: [Int] = []
  /// Pictures of which nothing could be kept the last time.
  var failing: Set<Int> = []
  var budget = LookBudget(share: 0.01)

  init(totalSteps: Int, pictures: Int) {
    every = max(1, (totalSteps + Self.mostLooks - 1) / Self.mostLooks)
    self.pictures = min(pictures, Self.mostPictures)
  }

  /// The pictures to look at after a step.
  mutating func due(step: Int, isLast: Bool) -> [Int] {
    if isLast {
      waiting = []
      return Array(0..<pictures)
    }
    if waiting.isEmpty, step == 1 || step % every == 0 { waiting = Array(0..<pictures) }
    guard !waiting.isEmpty, budget.isOpen else { return [] }
    return [waiting.removeFirst()]
  }
}

extension RunEngine {
  /// Keeps how the student does on pictures of the preview set, for those who look later.
  func keepLooks() {
    let step = trainer.completedSteps
    let isLast = step >= totalSteps
    // Where the store cannot be written, they wait in memory: no more than so many.
    guard isLast || outlet.recording.waiting.pictures < LookKeeper.mostWaiting else { return }
    let due = keeper.due(step: step, isLast: isLast)
    guard !due.isEmpty else { return }
    let start = ContinuousClock.now
    defer { keeper.budget.spent(start.duration(to: .now) / .seconds(1), isFree: false) }
    for index in due {
      do {
        let preview = MaskPreview(try trainer.preview(index), step: step, guidance: trainer.guidance)
        let seen = PatchInspection(try trainer.inspect(index), of: trainer, seconds: 0)
        outlet.recording.keep(PictureLook(preview: preview, inspection: seen))
        keeper.failing.remove(index)
      } catch {
        // The others go on, and so does this one at its next turn. It is told once.
        guard keeper.failing.insert(index).inserted else { continue }
        message(.warning, "nothing is kept of preview picture \(index + 1) at step \(step): \(error)")
      }
    }
  }
}
