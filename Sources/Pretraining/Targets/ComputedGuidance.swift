import Recipe
import Tensors

/// A target that is computed from each picture alone, as guidance: it needs no weights, and a run can switch to it and
/// away from it as between teachers.
///
/// A picture has no value for CLS of its own: it is the mean over the patches.
package final class ComputedGuidance: Guidance {
  package let name: String
  package let featureWidth: Int
  package let grid: (rows: Int, columns: Int)
  let target: any PatchTarget
  /// Three channels that predicted pictures are shown by, from 0 on; nil: the usual ones.
  let shownChannels: [Int]?

  /// - Parameters:
  ///   - grid: patches of the student's pictures.
  ///   - patch: edge of the student's patches in pixels.
  ///   - shownChannels: three, from 0 on; nil: ``ChannelView/usual(of:)``.
  package init(
    name: String, target: any PatchTarget, grid: PlaneSize, patch: Int, shownChannels: [Int]? = nil
  ) {
    self.name = name
    self.shownChannels = shownChannels
    self.target = target
    self.grid = grid.rowsAndColumns
    featureWidth = target.width(patch: patch)
    signs = target.signs(patch: patch)
  }

  package var summary: String { target.summary }
  package let signs: TargetSigns?
  /// Values are compared as they are: a LayerNorm of three colours would leave little of them.
  package var keepsScale: Bool { true }

  package func targets(pixels: Tensor) throws -> Tensor {
    let (pictures, size) = (pixels.shape[0], PlaneSize(height: pixels.shape[2], width: pixels.shape[3]))
    let (patches, width) = (grid.rows * grid.columns, featureWidth)
    let each = pixels.shape[1] * size.area
    var values = [Float](repeating: 0, count: pictures * (1 + patches) * width)
    pixels.array().withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { values in
        nonisolated(unsafe) let values = values
        func compute(_ picture: Int) {
          let found = target.values(
            planes: UnsafeBufferPointer(rebasing: planes[picture * each..<(picture + 1) * each]), size: size,
            patch: size.height / grid.rows)
          let own = picture * (1 + patches) * width
          _ = UnsafeMutableBufferPointer(rebasing: values[own..<own + width]).update(
            fromContentsOf: mean(found, patches: patches))
          _ = UnsafeMutableBufferPointer(rebasing: values[own + width..<own + (1 + patches) * width]).update(
            fromContentsOf: found)
        }
        onAllCores(of: pixels.device, pictures, body: compute)
      }
    }
    return Tensor(values, shape: [pictures, 1 + patches, width], device: pixels.device)
  }

  private func mean(_ values: [Float], patches: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: featureWidth)
    for patch in 0..<patches {
      for place in 0..<featureWidth { sums[place] += values[patch * featureWidth + place] }
    }
    return sums.map { $0 / Float(patches) }
  }
}
