import Foundation

/// One picture of the preview set as the student saw it: pixels, mask, and how close each prediction came to its
/// target.
package struct MaskPreview: Codable, Equatable, Sendable {
  /// Step after which this was computed.
  package var step: Int
  /// Index in the preview set, and a name to show (file name or caption).
  package var index: Int
  package var name: String
  package var guidance: String
  package var width: Int
  package var height: Int
  /// `width * height * 3` bytes, RGB, row by row from the top.
  package var rgb: Data
  package var gridRows: Int
  package var gridColumns: Int
  /// Row-major, true = masked; `gridRows * gridColumns` entries.
  package var mask: [Bool]
  /// Cosine between prediction and target per patch, row-major; empty until the first step.
  package var cosine: [Float]
  /// Why the picture cannot be shown, in one sentence; then there are no pixels and no cosines. nil: it is here.
  package var problem: String?
  /// Where the model tells the classes of pixels.
  package var classes: ClassMaps?
  /// What else the run shows of it; nil: nothing.
  package var pictures: [DescribedPicture]?
  /// Where targets are shown as signs.
  package var signs: PatchSigns?

  package init(
    step: Int, index: Int, name: String, guidance: String, width: Int, height: Int, rgb: Data, gridRows: Int,
    gridColumns: Int, mask: [Bool], cosine: [Float], problem: String? = nil
  ) {
    self.step = step
    self.index = index
    self.name = name
    self.guidance = guidance
    self.width = width
    self.height = height
    self.rgb = rgb
    self.gridRows = gridRows
    self.gridColumns = gridColumns
    self.mask = mask
    self.cosine = cosine
    self.problem = problem
  }

  enum CodingKeys: String, CodingKey {
    case step, index, name, guidance, width, height, rgb, mask, cosine, problem, classes, pictures, signs
    case gridRows = "grid_rows"
    case gridColumns = "grid_columns"
  }
}
