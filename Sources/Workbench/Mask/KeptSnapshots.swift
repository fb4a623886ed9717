import RunEvents

/// Snapshots of one picture of the preview set that the run kept on its way, and which of them the mask view shows.
struct KeptSnapshots: Equatable, Sendable {
  /// The picture that the snapshots show; nil until the store has answered.
  private(set) var picture: Int?
  /// Oldest first.
  private(set) var all: [PictureSnapshot] = []
  /// Place of the snapshot that is shown; nil: the newest picture is shown.
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

  /// Goes to an earlier or later snapshot; false if there is none.
  /// - Parameter newest: step of the picture that is shown if none of these snapshots is.
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

  /// The run has ended; its last snapshot is not among these yet.
  mutating func expire() { (isStale, askedAt) = (true, -.infinity) }
}
