import Pretraining
import RunEvents
import Sessions

extension RunEngine {
  /// Changes a value of the session from the next step on.
  func change(_ key: String, to value: String) {
    do {
      let changed = try settings.changing(key, to: value)
      guard let from = settings.text(of: key), let to = changed.text(of: key), from != to else {
        return message(.warning, "\(key) is \(value) already")
      }
      var next = assembly
      next.session.settings = changed
      try next.applyLiveValues(to: trainer)
      assembly = next
      if key == "mask.masked" || key == "objective.tokens" { health.forgetLosses() }
      emit(.setting(SettingChange(step: trainer.completedSteps, key: key, from: from, to: to)))
    } catch {
      message(.error, "\(key) stays as it is: \(error)")
    }
  }
}

extension RunAssembly {
  /// Gives the trainer what may change between two steps.
  func applyLiveValues(to trainer: Trainer) throws {
    try trainer.setMasks(masks())
    trainer.setObjective(objective)
    trainer.setLearningRateScale(settings.optimizer.learningRateScale)
    trainer.setGradientClip(Float(settings.optimizer.clipGradient ?? 0))
  }
}
