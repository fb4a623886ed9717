import CKernels
import Recipe

/// Histograms of oriented gradients of each channel, as MaskFeat predicts them (facebookresearch/SlowFast,
/// `slowfast/models/operators.py`, HOGLayerC; `masked.py` for the order of the values).
///
/// Sobel's derivatives, the picture reflected at its edges; a pixel votes with its magnitude for one of nine directions
/// of 20 degrees each; votes are summed over cells of 8 x 8 pixels, and the nine of a cell have length 1. SlowFast
/// computes it from normalised colours, which changes nothing: derivatives know no mean, and a factor on a colour is
/// lost with the length. Differences are taken before they are added, so that a plain area has no direction at all.
package struct OrientedGradients: PatchTarget {
  private static let directions = 9
  private static let cell = 8
  private static let epsilon: Float = 1e-12
  /// The largest sum of votes over a patch that counts as none.
  private static let faint: Float = 1e-3

  package var summary: String { "histograms of oriented gradients of a patch, computed from the picture" }

  private let channels: Int

  /// - Parameter channels: of a picture.
  package init(channels: Int = 3) { self.channels = channels }

  /// Cells along an edge of a patch: of 8 pixels where these divide it, else one cell, or two by two in larger patches.
  private func cells(patch: Int) -> Int {
    if patch.isMultiple(of: Self.cell) { return patch / Self.cell }
    return patch > Self.cell && patch.isMultiple(of: 2) ? 2 : 1
  }

  package func width(patch: Int) -> Int { channels * Self.directions * cells(patch: patch) * cells(patch: patch) }

  /// A patch has its values by channel, direction, row of cells, column of cells.
  package func values(planes: UnsafeBufferPointer<Float>, size: PlaneSize, patch: Int) -> [Float] {
    let (grid, along) = (size / patch, cells(patch: patch))
    let each = along * along
    let width = width(patch: patch)
    var values = [Float](repeating: 0, count: grid.area * width)
    guard let first = planes.baseAddress else { return values }
    values.withUnsafeMutableBufferPointer { values in
      guard let into = values.baseAddress else { return }
      for channel in 0..<channels {
        mvp_oriented_gradients(
          first + channel * size.area, size.height, size.width, patch, patch / along, width,
          into + channel * Self.directions * each)
      }
      mvp_unit_histograms(into, values.count, each, Self.epsilon)
    }
    return values
  }
}

extension OrientedGradients {
  /// The commonest direction of a patch's edges. Directions are those of gradients, and edges stand across them.
  package func signs(patch: Int) -> TargetSigns? {
    let each = cells(patch: patch) * cells(patch: patch)
    return TargetSigns(
      what: "edges", names: ["none", "level", "rising", "upright", "falling"], signs: ["·", "─", "╱", "│", "╲"],
      plainSigns: [".", "-", "/", "|", "\\"]
    ) { values in
      var votes = [Float](repeating: 0, count: Self.directions)
      for (place, value) in values.enumerated() { votes[place / each % Self.directions] += value }
      guard let most = votes.max(), most > Self.faint, let place = votes.firstIndex(of: most) else { return 0 }
      // The middle of a direction, in quarters of half a turn.
      return 1 + Int((4 * (Float(place) + 0.5) / Float(Self.directions)).rounded()) % 4
    }
  }
}
