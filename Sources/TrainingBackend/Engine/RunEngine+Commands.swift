import RunEvents

/// What front ends ask of a run.
extension RunEngine {
  func obey(_ command: RunCommand) {
    switch command {
    case .pause:
      pauseWhileWaiting()
      if state == .running { enter(.paused) }
    case .resume:
      if state == .paused { resume() }
    case .advance(let count):
      guard state == .paused, count > 0 else { return }
      resume()
      stepsUntilPause = count
    case .switchGuidance(let name): switchGuidance(name)
    case .evaluate(let request): queueEval(request)
    case .cancelEval(let id): cancelEval(id)
    case .checkpoint:
      if obstacle?.deed == .checkpoint { obstacle?.hurry() }
      writeCheckpoint()
    case .showPreview(let index): showPreview(index)
    case .inspect(let index): inspect(index)
    case .attend(let query): attend(query)
    case .scorePictures: scorePictures()
    case .sampleSystem: sampleSystem()
    case .change(let key, let value): change(key, to: value)
    case .listRuns, .listRunsWithValues, .listAllRuns, .listAblations, .compareRuns, .editRun: break
    case .stop(let withCheckpoint, let elsewhere, let patience):
      stop(withCheckpoint: withCheckpoint, elsewhere: elsewhere, within: patience)
    case .handOver: handOver()
    }
  }

  /// The next turn is the last one; another process goes on.
  func letGo() { leaving = Leaving(outcome: .detached, withCheckpoint: true) }

  /// Says that the task cannot do what was asked.
  func refuse(_ why: String) { message(.warning, "\(settings.activity) \(why)") }

  private func resume() {
    stepsUntilPause = nil
    undecided = nil
    guard obstacle?.holds != true else { return waveOn() }
    enter(.running)
  }

  private func switchGuidance(_ name: String?) {
    guard let targets = task.targets else { return refuse("has no guidance to switch") }
    let names = targets.targetNames
    let current = targets.currentTarget
    let next = name ?? names[((names.firstIndex(of: current) ?? 0) + 1) % names.count]
    guard next != current else { return message(.info, "guidance is \(current) already; the session names no other") }
    do {
      try targets.select(next)
      emit(.guidance(GuidanceChange(step: task.completedSteps, from: current, to: next)))
      health.forgetLosses()
      // Nothing else would bring the cosines of the new one.
      if state != .running { showPreview() }
    } catch {
      message(.error, "\(error)")
    }
  }
}
