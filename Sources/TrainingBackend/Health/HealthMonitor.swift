import Foundation
import Histories
import RunEvents
import Tasks

/// Judges a run by what its steps measure. Pure: it is told numbers and gives notices, each condition's beginning and
/// end once.
package struct HealthMonitor {
  /// What a step measured, as far as health goes.
  package struct Measured {
    package var step: Int
    package var loss: Double
    package var stepSeconds: Double
    package var dataSeconds: Double
    /// How far predictions go from the mean target to the targets, 0 to 1; nil if the step does not say.
    package var skill: Double?

    package init(step: Int, loss: Double, stepSeconds: Double, dataSeconds: Double, skill: Double? = nil) {
      self.step = step
      self.loss = loss
      self.stepSeconds = stepSeconds
      self.dataSeconds = dataSeconds
      self.skill = skill
    }
  }

  private let totalSteps: Int
  private let warmupSteps: Int
  /// What the learning rate peaks at, in words; nil where it is not known.
  private let peakRate: String?
  /// Steps between two measurements of the spread of the student's features; 0: none.
  package let featuresEvery: Int
  private var trend: LossTrend
  private var active: Set<HealthNotice.Condition> = []
  /// Sums over the steps of the running window.
  private var window = (count: 0, seconds: 0.0, data: 0.0)
  /// Of the running window: steps that say their skill, and its sum.
  private var skills = (count: 0, sum: 0.0)
  /// Mean skill of the last whole window.
  package private(set) var skill: Double?
  private var widest: FeatureSpread?
  private var last: FeatureSpread?

  private static let windowSteps = 50
  /// Share of a step that waiting for pictures may take.
  private static let mostWaiting = 0.4
  /// Share of the schedule after which something should have been learned.
  private static let firstPart = 0.2
  private static let leastSkill = 0.02
  /// What is less is written as 0 in five decimals.
  private static let leastGain = 0.000_005
  /// Share of the schedule after which a flat loss is what the schedule is for.
  private static let lastPart = 0.85
  private static let leastDeviation = 0.05
  private static let leastRank = 1.5
  /// Of the widest spread so far.
  private static let leastShare = 0.25
  /// From one measurement to the next: narrow features that widen so much are only at their beginning.
  private static let leastGrowth = 1.1
  /// Of the untrained student's spread: features so much wider are on their way.
  private static let wellAboveUntrained = 1.5
  /// Features that moved less are still the untrained student's.
  private static let leastMove = 0.1

  /// - Parameters:
  ///   - featuresEvery: nil: a hundredth of the run, 50 steps at the least.
  ///   - peakRate: what the learning rate peaks at, in words.
  package init(totalSteps: Int, warmupSteps: Int, featuresEvery: Int?, peakRate: String? = nil) {
    self.totalSteps = totalSteps
    self.warmupSteps = warmupSteps
    self.peakRate = peakRate
    self.featuresEvery = featuresEvery ?? max(50, totalSteps / 100)
    trend = LossTrend(totalSteps: totalSteps)
  }

  /// The loss means something else from now on: another guidance, other tokens, another share of masked patches.
  package mutating func forgetLosses() {
    trend = LossTrend(totalSteps: totalSteps)
    (skills, skill) = ((0, 0), nil)
  }

  package mutating func rejected(
    step: Int, cause: String,
    advice: String = "resume to go on without that batch; if it comes again, lower optimizer.learning_rate_scale"
  ) -> [HealthNotice] {
    notice(.notFinite, step: step, isActive: true, cause: cause, advice: advice)
  }

  package mutating func measured(_ step: Measured) -> [HealthNotice] {
    var notices = notice(.notFinite, step: step.step, isActive: false, cause: "the loss is finite again")
    if trend.add(step.loss) { notices += judgeTrend(step.step) }
    // The first steps say nothing: there predictions are worse than the mean.
    if let skill = step.skill, step.step > warmupSteps, Double(step.step) > Self.firstPart * Double(totalSteps) {
      skills = (skills.count + 1, skills.sum + skill)
    }
    window.count += 1
    window.seconds += step.stepSeconds
    window.data += step.dataSeconds
    if window.count >= Self.windowSteps {
      let share = window.data / max(window.seconds, 1e-9)
      notices += notice(
        .loader, step: step.step, isActive: share > Self.mostWaiting,
        cause: share > Self.mostWaiting
          ? "\(Int((share * 100).rounded()))% of a step is waiting for pictures" : "pictures come in time again",
        advice: "raise data.workers, or use smaller pictures")
      notices += judgeSkill(step.step)
      window = (0, 0, 0)
    }
    return notices
  }

  /// A cosine of .85 looks like success and is none where the mean of the targets has it too.
  private mutating func judgeSkill(_ step: Int) -> [HealthNotice] {
    guard skills.count > 0 else { return [] }
    let skill = skills.sum / Double(skills.count)
    self.skill = skill
    skills = (0, 0)
    let has = skill < Self.leastSkill
    let number = "skill \(fixedText(skill, decimals: 3)) of 1"
    return notice(
      .noSkill, step: step, isActive: has,
      cause: has
        ? "predictions are hardly better than the mean of the targets: \(number)"
        : "predictions are better than the mean of the targets: \(number)",
      advice:
        "the loss alone tells nothing here: judge the student with kNN, raise optimizer.learning_rate_scale, train longer, or "
        + "start with objective.targets centred")
  }

  private mutating func judgeTrend(_ step: Int) -> [HealthNotice] {
    let finding = trend.finding
    var diverges = false
    var isFlat = false
    var cause = "the loss falls again"
    switch finding {
    case .falling: break
    case .diverging(let best, let now):
      diverges = step > warmupSteps
      if diverges {
        cause = "the loss has climbed from \(fixedText(best, decimals: 4)) to \(fixedText(now, decimals: 4))"
      }
    case .plateau(let blocks, let gain):
      isFlat = step > warmupSteps && Double(step) < Self.lastPart * Double(totalSteps)
      let steps = blocks * trend.length
      if isFlat {
        cause =
          gain < Self.leastGain
          ? "the loss has not fallen in \(steps) steps"
          : "the loss has gained only \(fixedText(gain, decimals: 5)) in \(steps) steps"
      }
    }
    return notice(
      .divergence, step: step, isActive: diverges, cause: diverges ? cause : "the loss no longer climbs",
      advice: "lower optimizer.learning_rate_scale or optimizer.clip_gradient, or resume from an earlier checkpoint")
      + notice(
        .plateau, step: step, isActive: isFlat, cause: isFlat ? cause : "the loss moves again",
        advice: "try another learning rate scale, mask more, switch guidance, or stop and keep the checkpoint")
  }

  /// Judges how widely the student's features are spread, against the untrained student's where those are known.
  package mutating func measured(
    _ spread: FeatureSpread, untrained: SpreadOfFeatures.Untrained? = nil
  ) -> [HealthNotice] {
    let isEarly = spread.step < max(100, totalSteps / 20)
    // The first steps narrow what is as wide as chance made it.
    if !isEarly, let untrained, untrained.deviation > widest?.deviation ?? 0 {
      widest = FeatureSpread(
        step: 0, pictures: spread.pictures, deviation: untrained.deviation, effectiveRank: untrained.effectiveRank,
        rankLimit: spread.rankLimit)
    }
    let isNarrow = spread.deviation < Self.leastDeviation || spread.effectiveRank < Self.leastRank
    let hasShrunk =
      widest.map {
        spread.deviation < Self.leastShare * $0.deviation
          && spread.effectiveRank < max(2 * Self.leastRank, Self.leastShare * $0.effectiveRank)
      } ?? false
    let isWidening = last.map { spread.deviation > Self.leastGrowth * $0.deviation } ?? false
    let isWider =
      untrained.map {
        spread.deviation > Self.wellAboveUntrained * $0.deviation && spread.effectiveRank >= Self.leastRank
      } ?? false
    last = spread
    if spread.deviation > widest?.deviation ?? 0 { widest = spread }
    let has = hasShrunk || (isNarrow && !isEarly && !isWidening && !isWider)
    let numbers =
      "deviation \(fixedText(spread.deviation, decimals: 3)), effective rank \(fixedText(spread.effectiveRank, decimals: 1)) of \(spread.rankLimit)"
    guard has else {
      return notice(
        .collapse, step: spread.step, isActive: false, cause: "the student's features are spread again: \(numbers)")
    }
    let same = "the student gives all pictures nearly the same features"
    let rate = peakRate.map { " (it peaks at \($0))" } ?? ""
    let lower =
      "lower the learning rate\(rate) by optimizer.learning_rate_scale, or go back to a checkpoint before; judge it with kNN"
    guard let untrained, !hasShrunk else {
      return notice(.collapse, step: spread.step, isActive: true, cause: "\(same): \(numbers)", advice: lower)
    }
    let before = "the untrained student's have deviation \(fixedText(untrained.deviation, decimals: 3))"
    if untrained.moved < Self.leastMove {
      return notice(
        .collapse, step: spread.step, isActive: true,
        cause: "\(same), still those that it gave untrained: \(numbers); \(before)",
        advice: "the learning rate is too low\(rate): raise optimizer.learning_rate_scale")
    }
    if spread.deviation < Self.leastShare * untrained.deviation {
      return notice(
        .collapse, step: spread.step, isActive: true, cause: "\(same): \(numbers); \(before)", advice: lower)
    }
    return notice(
      .collapse, step: spread.step, isActive: true,
      cause: "\(same), other ones than untrained but no wider apart: \(numbers); \(before)",
      advice: "whether the learning rate\(rate) is too low or too high cannot be told by that: judge it with kNN")
  }

  /// - Parameters:
  ///   - free: bytes that are left on the disk of the checkpoints.
  ///   - needed: bytes of a checkpoint; 0 before the first.
  package mutating func disk(step: Int, free: Int64, needed: Int64, folder: String) -> [HealthNotice] {
    let least = max(512 << 20, 3 * needed)
    let isFull = free < least
    return notice(
      .disk, step: step, isActive: isFull,
      cause: isFull ? "only \(free >> 20) MiB are free at \(folder)" : "there is room on the disk again",
      advice: "make room, or the next checkpoint of \(max(1, needed >> 20)) MiB may not be written")
  }

  /// A notice where a condition begins or ends.
  private mutating func notice(
    _ condition: HealthNotice.Condition, step: Int, isActive: Bool, cause: String, advice: String = ""
  ) -> [HealthNotice] {
    guard active.contains(condition) != isActive else { return [] }
    if isActive { active.insert(condition) } else { active.remove(condition) }
    return [
      HealthNotice(step: step, condition: condition, isActive: isActive, cause: cause, advice: isActive ? advice : "")
    ]
  }
}
