import Foundation
import Measures
import RunEvents

extension MaskState {
  /// Cosines of features in one teacher less those in another, patch by patch: with the marked patch, or else the mean
  /// of those with all patches; nil where the inspection does not tell cosines.
  func difference(of first: String, and second: String) -> [Float]? {
    guard let inspection = shownInspection else { return nil }
    let patches = inspection.gridRows * inspection.gridColumns
    func similarity(_ name: String) -> PatchSimilarity? {
      inspection.teachers.first { $0.name == name }?.similarity.map { PatchSimilarity(bytes: Array($0)) }
    }
    guard patches > 0, let first = similarity(first), let second = similarity(second) else { return nil }
    func cosines(_ similarity: PatchSimilarity) -> [Float]? {
      guard let patch else { return similarity.meanCosines(patches: patches) }
      return similarity.cosines(of: patch.row * inspection.gridColumns + patch.column, patches: patches)
    }
    guard let left = cosines(first), let right = cosines(second) else { return nil }
    return zip(left, right).map { $0 - $1 }
  }

  /// The snapshot that the newest cosines are held against: the one that a person went back to, or else the oldest with
  /// the same guidance.
  var earlier: MaskPreview? {
    guard let now = preview, now.index == index, now.problem == nil, snapshots.picture == index else { return nil }
    let kept = snapshots.shown ?? snapshots.all.first { $0.preview.guidance == now.guidance }
    guard let earlier = kept?.preview, earlier.step < now.step, earlier.cosine.count == now.cosine.count else {
      return nil
    }
    return earlier.cosine.isEmpty ? nil : earlier
  }

  /// Cosines of the newest preview less those of an earlier one.
  var change: [Float]? {
    guard let now = preview, let earlier else { return nil }
    return zip(now.cosine, earlier.cosine).map { $0 - $1 }
  }

  /// Asks for the snapshots of a live run's picture where they are held against the newest; once, as the oldest stays.
  mutating func askForEarlier(in view: RunView) -> Outcome {
    guard view.options.loadsHistory, shownPanels(in: view).contains(.change), shownPreview != nil,
      snapshots.picture != index || snapshots.all.isEmpty, view.now - snapshots.askedAt >= Self.freshSeconds
    else { return .nothing }
    return requestSnapshots(in: view)
  }
}
