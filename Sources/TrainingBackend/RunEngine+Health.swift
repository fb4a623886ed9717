import Foundation
import Pretraining
import RunEvents
import Sessions

extension RunEngine {
  /// Looks at a step that was applied, now and then at the student's features and at the disk.
  func checkHealth(_ metrics: TrainerMetrics) {
    let step = metrics.step
    report(
      health.measured(
        HealthMonitor.Measured(
          step: step, loss: metrics.loss, stepSeconds: metrics.seconds, dataSeconds: metrics.phases.data)))
    if health.featuresEvery > 0, step % health.featuresEvery == 0 { lookAtFeatures(step) }
    if lastDiskLook.duration(to: .now) > .seconds(10) {
      lastDiskLook = .now
      guard let space = diskSpace(at: session.directory) else { return }
      report(
        health.disk(
          step: step, free: space.free, needed: Int64(lastCheckpoint?.bytes ?? 0), folder: session.directory.path))
    }
  }

  private func lookAtFeatures(_ step: Int) {
    guard let found = trainer.featureSpread() else { return }
    let spread = FeatureSpread(
      step: step, pictures: found.pictures, deviation: found.deviation, effectiveRank: found.effectiveRank,
      rankLimit: found.rankLimit)
    emit(.features(spread))
    report(health.looked(spread))
  }

  func report(_ notices: [HealthNotice]) { notices.forEach(reporter.report) }
}
