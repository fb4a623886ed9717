import Foundation
import Pretraining
import RunEvents

/// When things that a front end likes to look at may be computed again: so seldom that they take no more than a fixed part of the
/// time, however often they are asked for.
struct LookBudget {
  /// Part of the time that looks may take.
  private let share: Double
  /// Seconds between two looks at the least.
  private let least: Double
  private var next: ContinuousClock.Instant?

  init(share: Double = 0.005, least: Double = 0) {
    self.share = share
    self.least = least
  }

  var isOpen: Bool { next.map { $0 <= .now } ?? true }

  /// - Parameter isFree: nothing is held up: the run is paused.
  mutating func spent(_ seconds: Double, isFree: Bool) {
    next = isFree ? nil : .now + .seconds(max(least, seconds / share))
  }
}

extension RunEngine {
  /// Answers ``RunCommand/inspect(index:)`` where the budget allows it; a front end asks again.
  func inspect(_ index: Int) {
    let isOther = index != inspectedIndex || trainer.guidance != inspectedGuidance
    guard isOther || inspections.isOpen || state != .running else { return }
    inspectedIndex = index
    inspectedGuidance = trainer.guidance
    let start = ContinuousClock.now
    do {
      let seen = try trainer.inspect(index)
      let seconds = Double(start.duration(to: .now) / .seconds(1))
      inspections.spent(seconds, isFree: state != .running)
      emit(.inspection(PatchInspection(seen, of: trainer, seconds: seconds)))
    } catch {
      inspections.spent(10, isFree: false)
      message(.warning, "the picture cannot be inspected: \(error)")
    }
  }
}

extension PatchInspection {
  init(_ seen: TrainerInspection, of trainer: Trainer, seconds: Double) {
    self.init(
      step: trainer.completedSteps, index: seen.index, guidance: trainer.guidance, gridRows: seen.rows,
      gridColumns: seen.columns,
      teachers: seen.teachers.map {
        TeacherView(name: $0.name, components: Data($0.colors), explained: $0.explained)
      },
      prediction: Data(seen.prediction), student: Data(seen.student), studentExplained: seen.studentExplained,
      attention: seen.attention, objective: trainer.settings.objective.kind.rawValue, loss: seen.loss,
      maskFrequency: trainer.maskTally.frequencies,
      maskCount: trainer.maskTally.masks, seconds: seconds)
  }
}
