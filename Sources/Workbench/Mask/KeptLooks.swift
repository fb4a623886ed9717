import RunEvents

/// Looks at one picture of the preview set that the run kept on its way, and which of them the mask view shows.
struct KeptLooks: Equatable, Sendable {
  /// The picture that these are of; nil until the store has answered.
  private(set) var picture: Int?
  /// Oldest first.
  private(set) var looks: [PictureLook] = []
  /// Place of the one that is shown; nil: the newest that is known.
  private(set) var place: Int?
  /// What a person asked for before the store has answered.
  var awaited: LookCommand?
  /// When the store was asked last, on the state's clock.
  var askedAt = -Double.infinity
  /// Whether the run has ended since: it has kept a last look.
  private(set) var isStale = false

  var shown: PictureLook? { place.map { looks[$0] } }

  mutating func take(_ looks: [PictureLook], of picture: Int) {
    let step = self.picture == picture ? shown?.step : nil
    self.looks = looks
    self.picture = picture
    isStale = false
    place = step.flatMap { step in looks.firstIndex { $0.step == step } }
  }

  /// Shows the newest look again.
  mutating func leave() { place = nil }

  /// Goes to an earlier or later look; false where there is none.
  /// - Parameter newest: step of the look that is shown where none of these is.
  mutating func move(by delta: Int, newest: Int) -> Bool {
    let earlier = looks.prefix { $0.step < newest }.count
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

/// Which of a picture's looks is wanted.
public enum LookCommand: Hashable, Sendable, CaseIterable {
  case earlier, later, oldest, newest
}

extension WorkbenchState {
  /// What the mask view shows of the picture that was asked for: a look that was kept, or else the newest; never
  /// another picture.
  var shownPreview: MaskPreview? {
    let preview = looks.kept.shown?.preview ?? preview
    return preview?.index == previewIndex ? preview : nil
  }
  var shownInspection: PatchInspection? {
    let inspection = looks.kept.shown?.inspection ?? looks.inspection
    return inspection?.index == previewIndex ? inspection : nil
  }

  /// So long a list of looks is fresh while the run goes on.
  private static let freshSeconds = 10.0

  /// The newest preview of the picture that is asked for.
  private var shownNewest: MaskPreview? { preview?.index == previewIndex ? preview : nil }

  mutating func perform(_ command: LookCommand) -> [WorkbenchEffect] {
    if command == .newest {
      looks.kept.leave()
      return []
    }
    let isFresh =
      looks.kept.picture == previewIndex && (!isLive || now - looks.kept.askedAt < Self.freshSeconds)
    if !isFresh, looks.kept.shown == nil, command != .later {
      looks.kept.awaited = command
      return requestLooks()
    }
    go(command)
    return []
  }

  /// Among the looks that are there.
  private mutating func go(_ command: LookCommand) {
    if command == .oldest, !looks.kept.looks.isEmpty {
      looks.kept.showOldest()
    } else if !looks.kept.move(by: command == .later ? 1 : -1, newest: preview?.step ?? step) {
      let reason = command == .later ? "this is the newest look" : "no earlier look at this picture was kept"
      tell(reason, isWarning: true)
    }
  }

  /// Asks the store for the looks at the picture that is shown.
  private mutating func requestLooks() -> [WorkbenchEffect] {
    guard let reference else { return [] }
    looks.kept.askedAt = now
    return request(.looks(reference, picture: previewIndex))
  }

  /// An ended run answers nothing any more: what it kept is shown.
  mutating func askForKeptLooks() -> [WorkbenchEffect] {
    guard !isLive, run != nil, [.mask, .dashboard].contains(screen.view),
      looks.kept.picture != previewIndex || looks.kept.isStale, now - looks.kept.askedAt >= Self.freshSeconds
    else { return [] }
    return requestLooks()
  }

  mutating func takeLooks(_ kept: [PictureLook], of picture: Int) {
    guard picture == previewIndex else { return }
    looks.kept.take(kept, of: picture)
    if !isLive, let last = kept.last {
      // Both of one step, unless what came before the end is newer.
      if (shownNewest?.step ?? -1) <= last.step { preview = last.preview }
      if looks.inspection?.index != picture || (looks.inspection?.step ?? -1) <= last.step {
        looks.inspection = last.inspection
      }
    }
    if let command = looks.kept.awaited { go(command) }
    looks.kept.awaited = nil
  }
}
