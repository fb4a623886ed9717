import RunEvents

/// Which of a picture's snapshots is wanted.
package enum SnapshotCommand: Hashable, Sendable, CaseIterable {
  case earlier, later, oldest, newest
}

extension MaskState {
  /// Seconds for which a list of snapshots counts as fresh while the run goes on.
  static let freshSeconds = 10.0

  mutating func reduce(_ command: SnapshotCommand, in view: RunView) -> Outcome {
    if command == .newest {
      snapshots.leave()
      return .nothing
    }
    let isFresh =
      snapshots.picture == index && (!view.isLive || view.now - snapshots.askedAt < Self.freshSeconds)
    if !isFresh, snapshots.shown == nil, command != .later {
      snapshots.awaited = command
      return requestSnapshots(in: view)
    }
    return go(command, step: view.watched.step)
  }

  /// Goes to another of the snapshots that are there.
  private mutating func go(_ command: SnapshotCommand, step: Int) -> Outcome {
    if command == .oldest, !snapshots.all.isEmpty {
      snapshots.showOldest()
    } else if !snapshots.move(by: command == .later ? 1 : -1, newest: preview?.step ?? step) {
      let reason = command == .later ? "this is the newest snapshot" : "no earlier snapshot of this picture was kept"
      return .tell(reason, isWarning: true)
    }
    return .nothing
  }

  /// Asks the store for the snapshots of the picture that is shown.
  mutating func requestSnapshots(in view: RunView) -> Outcome {
    guard let reference = view.watched.reference else { return .nothing }
    snapshots.askedAt = view.now
    return .request(.history(.snapshots(reference, picture: index)))
  }

  /// Asks the store for the snapshots of a run that has ended, as no engine answers for it.
  mutating func askForSnapshots(in view: RunView) -> Outcome {
    guard !view.isLive, view.run != nil, [.mask, .dashboard].contains(view.screen.view),
      snapshots.picture != index || snapshots.isStale, view.now - snapshots.askedAt >= Self.freshSeconds
    else { return .nothing }
    return requestSnapshots(in: view)
  }

  mutating func take(_ kept: [PictureSnapshot], of picture: Int, in view: RunView) -> Outcome {
    guard picture == index else { return .nothing }
    snapshots.take(kept, of: picture)
    if !view.isLive, let last = kept.last {
      // Both of one step, unless what came before the end is newer.
      let newest = preview?.index == index ? preview?.step ?? -1 : -1
      if newest <= last.step { preview = last.preview }
      if inspection?.index != picture || (inspection?.step ?? -1) <= last.step { inspection = last.inspection }
    }
    let outcome = snapshots.awaited.map { go($0, step: view.watched.step) } ?? .nothing
    snapshots.awaited = nil
    return outcome
  }
}
