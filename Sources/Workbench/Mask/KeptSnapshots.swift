import RunEvents

/// Snapshots of one picture of the preview set that the run kept on its way, and which of them the mask view shows.
struct KeptSnapshots: Equatable, Sendable {
  /// The picture that these are of; nil until the store has answered.
  private(set) var picture: Int?
  /// Oldest first.
  private(set) var all: [PictureSnapshot] = []
  /// Place of the one that is shown; nil: the newest that is known.
  private(set) var place: Int?
  /// What a person asked for before the store has answered.
  var awaited: SnapshotCommand?
  /// When the store was asked last, on the state's clock.
  var askedAt = -Double.infinity
  /// Whether the run has ended since: it has kept a last snapshot.
  private(set) var isStale = false

  var shown: PictureSnapshot? { place.map { all[$0] } }

  mutating func take(_ snapshots: [PictureSnapshot], of picture: Int) {
    let step = self.picture == picture ? shown?.step : nil
    all = snapshots
    self.picture = picture
    isStale = false
    place = step.flatMap { step in snapshots.firstIndex { $0.step == step } }
  }

  /// Shows the newest snapshot again.
  mutating func leave() { place = nil }

  /// Goes to an earlier or later snapshot; false where there is none.
  /// - Parameter newest: step of the snapshot that is shown where none of these is.
  mutating func move(by delta: Int, newest: Int) -> Bool {
    let earlier = all.prefix { $0.step < newest }.count
    let next = (place ?? earlier) + delta
    guard next >= 0 else { return false }
    if next >= earlier {
      guard place != nil else { return false }
      place = nil
    } else {
      place = next
    }
    return true
  }

  mutating func showOldest() { place = 0 }

  /// The run has ended: the store is asked once more.
  mutating func expire() { (isStale, askedAt) = (true, -.infinity) }
}

/// Which of a picture's snapshots is wanted.
package enum SnapshotCommand: Hashable, Sendable, CaseIterable {
  case earlier, later, oldest, newest
}

extension WorkbenchState {
  /// What the mask view shows of the picture that was asked for: a snapshot that was kept, or else the newest; never
  /// another picture.
  var shownPreview: MaskPreview? {
    let preview = probes.snapshots.shown?.preview ?? preview
    return preview?.index == previewIndex ? preview : nil
  }
  var shownInspection: PatchInspection? {
    let inspection = probes.snapshots.shown?.inspection ?? probes.inspection
    return inspection?.index == previewIndex ? inspection : nil
  }

  /// Seconds for which a list of snapshots counts as fresh while the run goes on.
  private static let freshSeconds = 10.0

  /// The newest preview of the picture that is asked for.
  private var shownNewest: MaskPreview? { preview?.index == previewIndex ? preview : nil }

  mutating func perform(_ command: SnapshotCommand) -> [WorkbenchEffect] {
    if command == .newest {
      probes.snapshots.leave()
      return []
    }
    let isFresh =
      probes.snapshots.picture == previewIndex && (!isLive || now - probes.snapshots.askedAt < Self.freshSeconds)
    if !isFresh, probes.snapshots.shown == nil, command != .later {
      probes.snapshots.awaited = command
      return requestSnapshots()
    }
    go(command)
    return []
  }

  /// Among the snapshots that are there.
  private mutating func go(_ command: SnapshotCommand) {
    if command == .oldest, !probes.snapshots.all.isEmpty {
      probes.snapshots.showOldest()
    } else if !probes.snapshots.move(by: command == .later ? 1 : -1, newest: preview?.step ?? step) {
      let reason = command == .later ? "this is the newest snapshot" : "no earlier snapshot of this picture was kept"
      tell(reason, isWarning: true)
    }
  }

  /// Asks the store for the snapshots of the picture that is shown.
  private mutating func requestSnapshots() -> [WorkbenchEffect] {
    guard let reference else { return [] }
    probes.snapshots.askedAt = now
    return request(.snapshots(reference, picture: previewIndex))
  }

  /// An ended run answers nothing any more: what it kept is shown.
  mutating func askForSnapshots() -> [WorkbenchEffect] {
    guard !isLive, run != nil, [.mask, .dashboard].contains(screen.view),
      probes.snapshots.picture != previewIndex || probes.snapshots.isStale,
      now - probes.snapshots.askedAt >= Self.freshSeconds
    else { return [] }
    return requestSnapshots()
  }

  mutating func takeSnapshots(_ kept: [PictureSnapshot], of picture: Int) {
    guard picture == previewIndex else { return }
    probes.snapshots.take(kept, of: picture)
    if !isLive, let last = kept.last {
      // Both of one step, unless what came before the end is newer.
      if (shownNewest?.step ?? -1) <= last.step { preview = last.preview }
      if probes.inspection?.index != picture || (probes.inspection?.step ?? -1) <= last.step {
        probes.inspection = last.inspection
      }
    }
    if let command = probes.snapshots.awaited { go(command) }
    probes.snapshots.awaited = nil
  }
}
