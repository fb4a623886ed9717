import RunEvents
import Sessions
import Tensors

/// One rule for what is in the way outside the program: pause, say it once, try again, go on.
extension RunEngine {
  /// Something could not be done. Who only notices that it still cannot says nothing.
  func meet(_ deed: Obstacle.Deed, _ fault: EnvironmentFault) {
    if obstacle?.deed == deed {
      obstacle?.failed(fault)
      guard obstacle?.isWaved == true else { return }
      obstacle?.isWaved = false
      if deed == .checkpoint { return goOnWithoutCheckpoint() }
      return enter(state, cause: fault.description + "; tried again by itself")
    }
    let met = Obstacle(deed, fault, resumes: state == .running || (obstacle?.resumes ?? false))
    if obstacle != nil { endNotice("something else is in the way now") }
    obstacle = met
    reporter.report(
      HealthNotice(
        step: task.completedSteps, condition: .environment, isActive: true, cause: fault.description,
        advice: met.advice))
    enter(deed == .lastCheckpoint ? .stopping : .paused, cause: fault.description + "; tried again by itself")
  }

  /// What could not be done is done.
  func passed(_ deed: Obstacle.Deed) {
    guard let over = obstacle, over.deed == deed else { return }
    obstacle = nil
    endNotice(over.account())
    if deed != .lastCheckpoint, state == .paused, over.resumes { enter(.running) }
  }

  /// Tries again what could not be done, where that is due; nil where the turn may go on.
  func overcome() -> TurnOutcome? {
    guard var met = obstacle else { return nil }
    let inVain = met.isInVain(isWatched: isWatched, limit: settings.health.wait)
    obstacle = met
    if inVain, met.holds { return giveUp(met) }
    if met.backOff.isDue() { retry(met.deed) }
    guard let left = obstacle, left.holds else { return nil }
    advanceEvals()
    advanceScoring()
    return hasWorkBeside ? .again : .wait(until: left.wake(limit: isWatched ? nil : settings.health.wait))
  }

  private func retry(_ deed: Obstacle.Deed) {
    switch deed {
    case .step:
      do {
        try step()
      } catch {
        if let fault = EnvironmentFault(error) { meet(.step, fault) } else { failure = error }
      }
    case .checkpoint: writeCheckpoint()
    case .record: checkBacklog()
    case .lastCheckpoint: break
    }
  }

  /// A checkpoint on the way; where it cannot be written, the run waits.
  func writeCheckpoint() {
    do {
      try checkpoint()
      passed(.checkpoint)
    } catch let lost as DeviceFailure {
      // No waiting brings it back: the run ends with the next turn.
      failure = lost
    } catch {
      // Whatever it is, unsaved state is not thrown away for it.
      meet(.checkpoint, EnvironmentFault(error) ?? EnvironmentFault("\(error)"))
    }
  }

  /// Waits where more has gathered than may, while the store cannot be written.
  func checkBacklog() {
    let waiting = outlet.recording.waiting.steps
    let isOver = obstacle?.deed == .record ? waiting < RecordingQueue.mostSteps / 2 : waiting < RecordingQueue.mostSteps
    if isOver { return passed(.record) }
    meet(.record, EnvironmentFault("\(waiting) steps wait for the run store, which cannot be written"))
  }

  /// A person wants the run paused, whatever becomes of what is in the way.
  func pauseWhileWaiting() {
    guard let met = obstacle, met.holds, state == .paused else { return }
    obstacle?.resumes = false
    if met.deed == .step {
      // Trying it again would be making a step.
      obstacle = nil
      endNotice("the run is paused; resume tries again")
      enter(.paused)
    } else {
      enter(.paused, cause: met.fault.description + "; tried again by itself, and paused then")
    }
  }

  /// A person has the run go on: what is in the way is tried at once.
  func waveOn() {
    obstacle?.resumes = true
    obstacle?.isWaved = true
    obstacle?.hurry()
  }

  private func goOnWithoutCheckpoint() {
    obstacle?.holds = false
    guard state == .paused else { return }
    enter(.running)
    message(
      .warning,
      "the run goes on without a checkpoint, which is tried again between steps: \(obstacle?.fault.description ?? "")")
  }

  /// Nobody is there, and it has lasted too long.
  private func giveUp(_ met: Obstacle) -> TurnOutcome {
    let waited = "waited \(spokenSeconds(met.backOff.lasted())) in vain, \(met.backOff.failures) tries: "
    leaving = Leaving(
      outcome: .failed, withCheckpoint: true, reason: waited + met.fault.description, status: .environment,
      patience: Leaving.lastPatience)
    return leave()
  }

  private func endNotice(_ cause: String) {
    reporter.report(
      HealthNotice(step: task.completedSteps, condition: .environment, isActive: false, cause: cause))
  }

  /// Whether somebody sees what is in the way.
  var isWatched: Bool { options.watch.isOn || control.hasViewers }
}
