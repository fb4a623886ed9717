import Foundation
import Measures
import RunEvents
import Sessions
import Tasks

extension RunEngine {
  /// Checks a step that was applied, and now and then the student's features and the disk.
  func checkHealth(_ metrics: TrainerMetrics) {
    let step = metrics.step
    report(
      health.measured(
        HealthMonitor.Measured(
          step: step, loss: metrics.loss, stepSeconds: metrics.seconds, dataSeconds: metrics.values[.dataSeconds] ?? 0,
          skill: metrics.values[.skill]))
    )
    if health.featuresEvery > 0, step % health.featuresEvery == 0 { measureSpread(step) }
    if lastDiskCheck.duration(to: .now) > .seconds(10) {
      lastDiskCheck = .now
      guard let space = diskSpace(at: session.directory) else { return }
      report(
        health.disk(
          step: step, free: space.free, needed: Int64(lastCheckpoint?.bytes ?? 0), folder: session.directory.path))
    }
  }

  private func measureSpread(_ step: Int) {
    guard let found = task.featureSpread() else { return }
    let spread = FeatureSpread(
      step: step, pictures: found.pictures, deviation: found.deviation, effectiveRank: found.effectiveRank,
      rankLimit: found.rankLimit)
    emit(.features(spread))
    report(health.measured(spread, untrained: found.untrained))
  }

  /// Tells when the store cannot be written, and when it is written again.
  func watchStore() {
    let run = recorder.name
    outlet.recording.watch { [reporter, outlet] notice in
      switch notice {
      case .failing(let error):
        reporter.report(
          HealthNotice(
            step: outlet.step, condition: .store, isActive: true, cause: error.cause,
            advice: "training goes on; what happens waits in memory, and beside the store in "
              + "logs/\(run)\(RecordingQueue.journalSuffix), until it can be written"))
      case .written(let outage):
        reporter.report(
          HealthNotice(
            step: outlet.step, condition: .store, isActive: false,
            cause: "the run store is written again: it \(outage.account()), and nothing was lost"))
      }
    }
  }

  func report(_ notices: [HealthNotice]) { notices.forEach(reporter.report) }
}
