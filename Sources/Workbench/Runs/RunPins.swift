import RunEvents

/// Runs that a person keeps in sight, by session and name: they stand first in the list, and are laid over the curves
/// of whichever other run of their session is watched.
package struct RunPins: Equatable, Sendable {
  /// Most that are remembered; the oldest go first.
  static let most = 100

  /// In the order in which they were pinned.
  package private(set) var references: [RunReference]

  init(_ references: [RunReference] = []) {
    self.references = references.suffix(Self.most)
  }

  func contains(_ reference: RunReference) -> Bool { references.contains(reference) }

  mutating func add(_ reference: RunReference) {
    guard !contains(reference) else { return }
    references.append(reference)
    if references.count > Self.most { references.removeFirst() }
  }

  mutating func remove(_ reference: RunReference) { references.removeAll { $0 == reference } }

  /// A run that was renamed keeps its place.
  mutating func rename(_ reference: RunReference, to name: String) {
    guard let place = references.firstIndex(of: reference) else { return }
    remove(RunReference(session: reference.session, run: name))
    references[min(place, references.count - 1)].run = name
  }
}
