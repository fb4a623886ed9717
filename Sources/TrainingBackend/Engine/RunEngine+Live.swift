import RunEvents
import Sessions
import Tasks

extension RunEngine {
  /// Values that the engine itself takes between two steps, whatever it trains.
  private static let ownLiveKeys: Set<String> = ["schedule.eval_every"]

  /// Changes a value of the session from the next step on.
  func change(_ key: String, to value: String) {
    do {
      let changed = try settings.changing(key, to: value)
      guard let from = settings.text(of: key), let to = changed.text(of: key), from != to else {
        return message(.warning, "\(key) is \(value) already")
      }
      let live = task.liveValues
      guard Self.ownLiveKeys.contains(key) || live?.liveKeys.contains(key) == true else {
        return refuse("does not take \(key) while it goes on")
      }
      var next = assembly
      next.session.settings = changed
      try live?.apply(next.liveRecipe)
      assembly = next
      if live?.lossKeys.contains(key) == true { health.forgetLosses() }
      emit(.setting(SettingChange(step: task.completedSteps, key: key, from: from, to: to)))
    } catch {
      message(.error, "\(key) stays as it is: \(error)")
    }
  }
}

extension RunAssembly {
  /// What may change between two steps, as the session has it now.
  var liveRecipe: LiveRecipe {
    let patches = settings.student.patches
    return LiveRecipe(
      learningRateScale: settings.optimizer.learningRateScale,
      gradientClip: Float(settings.optimizer.clipGradient ?? 0),
      maskedPatches: settings.mask.maskedCount(of: patches), minimumBlock: settings.mask.minimumBlock(of: patches),
      lossTokens: settings.objective.tokens, shares: shares)
  }
}
