import Files
import Foundation
import RunEvents
import Sessions
import Tensors

/// The end of a run, from the moment at which it is decided.
struct Leaving {
  var outcome: RunStanding
  var withCheckpoint: Bool
  /// A folder for the checkpoint, given by a person.
  var elsewhere: String?
  var reason: String?
  var status: ExitStatus?
  /// Seconds after which the end comes without the checkpoint; nil: as long as the session says.
  var patience: Double?
  /// When it was decided.
  let began = ContinuousClock.now
  /// Places in which the checkpoint could not be written either, and why.
  var refused: [String: String] = [:]

  /// How long the usual place is tried before another one is.
  static let firstPatience = 2.0
  /// How long the end may take where waiting was in vain already.
  static let lastPatience = 3.0

  var seconds: Double { began.duration(to: .now) / .seconds(1) }
}

extension RunEngine {
  /// The run is to end.
  func stop(withCheckpoint: Bool, elsewhere: String?, within patience: Double?) {
    if leaving == nil || leaving?.outcome == .stopped {
      var next = Leaving(outcome: .stopped, withCheckpoint: withCheckpoint, elsewhere: elsewhere, patience: patience)
      next.refused = leaving?.refused ?? [:]
      if let elsewhere { next.refused[elsewhere] = nil }
      leaving = next
    } else {
      leaving?.withCheckpoint = withCheckpoint
      leaving?.elsewhere = elsewhere
      leaving?.patience = patience ?? leaving?.patience
    }
    obstacle?.hurry()
  }

  /// Ends the run, once its checkpoint is written where one is to be.
  func leave() -> TurnOutcome {
    guard let end = leaving else { return .again }
    watchdog.beat(isTraining: false)
    guard end.withCheckpoint else { return finish(end) }
    if obstacle?.deed == .lastCheckpoint, obstacle?.backOff.isDue() == false { return waitToLeave(end) }
    do {
      try checkpoint()
      passed(.lastCheckpoint)
      return finish(end)
    } catch let lost as DeviceFailure {
      return loseSteps(end, to: lost.description)
    } catch {
      meet(.lastCheckpoint, EnvironmentFault(error) ?? EnvironmentFault("\(error)"))
    }
    let isOver = isTooLong(end)
    if end.elsewhere != nil || isOver || end.seconds >= Leaving.firstPatience, writeElsewhere() {
      passed(.lastCheckpoint)
      return finish(end)
    }
    return isOver ? loseSteps(end) : waitToLeave(end)
  }

  private func waitToLeave(_ end: Leaving) -> TurnOutcome {
    if isTooLong(end) { obstacle?.hurry() }
    let limit = end.patience.map { end.began + .seconds($0) }
    let due = obstacle?.wake(limit: isWatched ? nil : settings.health.wait) ?? .now
    // The first other place comes soon, however rarely the usual one is tried.
    return .wait(until: min(due, limit.map { max($0, .now + .milliseconds(50)) } ?? due))
  }

  private func isTooLong(_ end: Leaving) -> Bool {
    if let patience = end.patience { return end.seconds >= patience }
    return obstacle?.isInVain(isWatched: isWatched, limit: settings.health.wait) ?? false
  }

  /// Writes the checkpoint into another folder: the one that a person gave, or the session's.
  private func writeElsewhere() -> Bool {
    let step = task.completedSteps
    for place in [leaving?.elsewhere, settings.health.elsewhere].compactMap({ $0 }) where !place.isEmpty {
      let folder = URL(fileURLWithPath: (try? expandingHome(place)) ?? place, isDirectory: true)
      let store = CheckpointStore(directory: folder, run: recorder.name, keep: settings.schedule.keepCheckpoints)
      do {
        let saved = try save(in: store)
        let isLinked = checkpoints.adopt(saved)
        note(saved)
        message(
          .warning,
          "the checkpoint of step \(step) was written to \(saved.url.path), as it could not be written where it belongs"
            + (isLinked
              ? "; a link leads there" : "; move it to \(checkpoints.directory.path)/\(step) to resume from it"))
        return true
      } catch {
        let reason = (error as? CheckpointError)?.reason ?? "\(error)"
        if leaving?.refused[place] != reason {
          message(.error, "nor can the checkpoint be written to \(folder.path): \(reason)")
        }
        leaving?.refused[place] = reason
      }
    }
    return false
  }

  /// Nothing more can be done for the steps since the last checkpoint.
  ///
  /// - Parameter cause: that no waiting helps against; nil: what has been in the way for so long.
  private func loseSteps(_ end: Leaving, to cause: String? = nil) -> TurnOutcome {
    var end = end
    let last = lastCheckpoint?.step ?? checkpoints.newest().checkpoint?.step ?? 0
    let why =
      cause
      ?? "their checkpoint could not be written in \(spokenSeconds(end.seconds))"
      + (obstacle.map { ", " + $0.fault.description } ?? "")
    let lost = "the steps after \(last) are lost: \(why)"
    // What failed for another reason keeps that.
    if end.outcome != .failed, cause == nil { end.status = .environment }
    end.outcome = .failed
    end.reason = end.reason.map { "\($0); \(lost)" } ?? lost
    return finish(end)
  }
}
