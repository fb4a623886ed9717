import Foundation
import RunEvents
import Sessions

extension RunEngine {
  /// Takes a sample by itself every ``SystemSample/interval`` seconds, the first one soon, so that the run's store
  /// tells later what the machine was doing. A run that is paused stands still, and nothing is sampled unless somebody
  /// looks.
  func sampleSystemIfDue() {
    guard ContinuousClock.now >= nextSystemSample else { return }
    takeSystemSample()
  }

  /// Answers ``RunCommand/sampleSystem``: every front end hears the answer, so many that look get no more of them than
  /// one.
  func sampleSystem() {
    let last = nextSystemSample - .seconds(SystemSample.interval)
    guard last.duration(to: .now) >= .seconds(Self.leastSampleSeconds) else { return }
    takeSystemSample()
  }

  private static let leastSampleSeconds = 0.4

  private func takeSystemSample() {
    nextSystemSample = .now + .seconds(SystemSample.interval)
    var sample = system.sample(step: task.completedSteps)
    if let ranks = (task as? RankedTask)?.ranks, !ranks.isEmpty {
      sample.ranks = ranks
      try? RanksFile(store, recorder.name).write(ranks)
    }
    emit(.system(sample))
  }
}
