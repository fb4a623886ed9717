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
    do {
      guard let found = try trainer.featureSpread() else { return }
      let spread = FeatureSpread(
        step: step, pictures: found.pictures, deviation: found.deviation, effectiveRank: found.effectiveRank,
        rankLimit: found.rankLimit)
      emit(.features(spread))
      report(health.looked(spread))
    } catch {
      message(.warning, "the student's features were not looked at: \(error)")
    }
  }

  func report(_ notices: [HealthNotice]) {
    for notice in notices {
      emit(.health(notice))
      if notice.isActive {
        runHook(notice.condition.rawValue, text: notice.cause, advice: notice.advice)
      }
    }
  }

  /// Runs the session's command, where it has one.
  func runHook(_ condition: String, text: String, advice: String = "") {
    guard let command = settings.health.command else { return }
    let step = trainer.completedSteps
    let outlet = outlet
    AlertHook(command: command, session: session.name, run: recorder.name).start(
      condition: condition, step: step, cause: text, advice: advice
    ) { outlet.emit(.message(RunMessage(level: .warning, step: step, text: $0))) }
  }
}
