import RunEvents

/// What is left of an ablation, and how long that takes by what was measured.
struct AblationClock: Sendable {
  /// Steps of all runs, and of those that wait.
  private let allSteps: Int
  private var waitingSteps: Int
  private var waitingRuns: Int
  /// Of the run at work.
  private var stepsLeft = 0
  private var secondsPerStep: Double?
  /// From the last step of a run to its end, mostly evaluations.
  private var tails: [Double] = []
  private var firstStep: (step: Int, time: ContinuousClock.Instant)?
  private var lastStep: ContinuousClock.Instant?

  /// - Parameter steps: that are still to be made by each run that waits.
  init(allSteps: Int, waiting steps: [Int]) {
    self.allSteps = allSteps
    waitingSteps = steps.reduce(0, +)
    waitingRuns = steps.count
  }

  /// - Parameter steps: that it has to make.
  mutating func begin(_ steps: Int) {
    waitingSteps -= steps
    waitingRuns -= 1
    stepsLeft = steps
    firstStep = nil
    lastStep = nil
  }

  mutating func take(step: Int, left: Int, at now: ContinuousClock.Instant = .now) {
    stepsLeft = max(0, left)
    lastStep = now
    guard let firstStep, step > firstStep.step else {
      firstStep = (step, now)
      return
    }
    secondsPerStep = firstStep.time.duration(to: now) / .seconds(1) / Double(step - firstStep.step)
  }

  mutating func end(at now: ContinuousClock.Instant = .now) {
    if let lastStep { tails.append(lastStep.duration(to: now) / .seconds(1)) }
    stepsLeft = 0
  }

  var fraction: Double { allSteps > 0 ? 1 - Double(waitingSteps + stepsLeft) / Double(allSteps) : 0 }

  /// - Parameter now: counts off the evaluations at the end of the run at work.
  func eta(at now: ContinuousClock.Instant = .now) -> Double? {
    guard let secondsPerStep else { return nil }
    let tail = tails.isEmpty ? 0 : tails.reduce(0, +) / Double(tails.count)
    let spent = stepsLeft == 0 ? lastStep.map { $0.duration(to: now) / .seconds(1) } ?? 0 : 0
    return Double(waitingSteps + stepsLeft) * secondsPerStep + Double(waitingRuns) * tail + max(0, tail - spent)
  }
}
