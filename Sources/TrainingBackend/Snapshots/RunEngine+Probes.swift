import Foundation
import Pretraining
import RunEvents

/// When things that a front end likes to look at may be computed again: so seldom that they take no more than a fixed
/// part of the time, however often they are asked for.
struct ProbeBudget {
  /// Part of the time that probes may take.
  private let share: Double
  /// Seconds between two probes at the least.
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
    let seen = inspection(of: index)
    inspections.spent(seen.seconds, isFree: state != .running)
    emit(.inspection(seen))
  }

  /// A picture of the preview set as the student sees it, or why it cannot be shown.
  func preview(of index: Int) -> MaskPreview {
    do {
      let preview = try trainer.preview(index)
      brokenPictures[index] = nil
      return MaskPreview(preview, step: trainer.completedSteps, guidance: trainer.guidance)
    } catch {
      return MaskPreview(problem: told("\(error)", of: index), index: index, of: trainer)
    }
  }

  /// What the networks make of a picture of the preview set, or why that cannot be said.
  func inspection(of index: Int) -> PatchInspection {
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    do {
      let seen = try trainer.inspect(index)
      return PatchInspection(seen, of: trainer, seconds: seconds())
    } catch {
      return PatchInspection(problem: told("\(error)", of: index), index: index, of: trainer, seconds: seconds())
    }
  }

  /// Tells the log of a broken picture, once for each reason; returns the reason.
  private func told(_ reason: String, of index: Int) -> String {
    if brokenPictures.updateValue(reason, forKey: index) != reason {
      message(.warning, "picture \(index + 1) of the preview set is not shown: \(reason)")
    }
    return reason
  }
}

extension MaskPreview {
  /// In place of a picture that cannot be shown.
  init(problem: String, index: Int, of trainer: Trainer) {
    self.init(
      step: trainer.completedSteps, index: index, name: trainer.previews?.name(at: index) ?? "",
      guidance: trainer.guidance, width: 0, height: 0, rgb: Data(), gridRows: trainer.masks.rows,
      gridColumns: trainer.masks.columns, mask: [], cosine: [], problem: problem)
  }
}

extension PatchInspection {
  /// In place of what cannot be said of a picture.
  init(problem: String, index: Int, of trainer: Trainer, seconds: Double) {
    self.init(
      step: trainer.completedSteps, index: index, guidance: trainer.guidance, gridRows: trainer.masks.rows,
      gridColumns: trainer.masks.columns, teachers: [], prediction: Data(), student: Data(), studentExplained: 0,
      attention: [], objective: trainer.settings.objective.kind.rawValue, loss: [], maskFrequency: [], maskCount: 0,
      seconds: seconds, problem: problem)
  }

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
