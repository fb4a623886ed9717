import RunEvents

/// Another run, which is laid over the curves, with what it kept last of its pictures.
struct RivalRun: Equatable, Sendable {
  let reference: RunReference
  /// nil until the store has answered.
  private(set) var kept: [PictureSnapshot]?
  private(set) var isActive = false
  private var askedAt = -Double.infinity

  /// Seconds between two readings of a run that goes on.
  private static let interval = 30.0

  init(_ reference: RunReference) { self.reference = reference }

  /// Whether the store is to be asked.
  mutating func isDue(_ now: Double) -> Bool {
    guard kept == nil || isActive, now - askedAt >= Self.interval else { return false }
    askedAt = now
    return true
  }

  mutating func take(_ history: RunHistory) {
    kept = history.snapshots
    isActive = history.state.isActive
  }

  /// Its snapshot of the same picture, whichever place it has there; nil where it kept none.
  func snapshot(like preview: MaskPreview) -> PictureSnapshot? {
    let same = (kept ?? []).filter { $0.preview.problem == nil && $0.preview.rgb == preview.rgb }
    return same.first { $0.preview.index == preview.index } ?? same.first
  }
}
