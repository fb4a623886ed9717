import Measures
import Recipe

/// A few pictures of the training data, always the same ones, that show how the model does.
package protocol PreviewSource: AnyObject {
  var previewCount: Int { get }
  /// Patches of a picture.
  var previewGrid: (rows: Int, columns: Int) { get }
  /// The loss that ``TaskInspection/loss`` is in, by its word in the session.
  var objectiveName: String { get }

  /// File name or the like of a picture; nil beyond the last.
  func previewName(_ index: Int) -> String?
  /// What the model predicts on a picture, masked the same way every time. Changes nothing of the run.
  ///
  /// - Throws: where the picture cannot be shown, in one sentence.
  func preview(_ index: Int) throws -> TaskPreview
  /// What every network makes of a picture, patch by patch. Changes nothing of the run.
  ///
  /// - Throws: where that cannot be said, in one sentence.
  func inspect(_ index: Int) throws -> TaskInspection
  /// How much one token of a picture attends to each patch. Changes nothing of the run.
  ///
  /// - Throws: where that cannot be said, in one sentence.
  func attention(_ query: AttentionQuery) throws -> TaskAttention
}

/// One picture of the preview set as the model sees it now.
package struct TaskPreview: Equatable, Sendable {
  /// Place in the preview set.
  package var index: Int
  /// File name or the like.
  package var name: String
  /// Of the crop, in pixels.
  package var size: PlaneSize
  /// size.area * 3 bytes, RGB, row by row from the top.
  package var rgb: [UInt8]
  package var rows: Int
  package var columns: Int
  /// rows * columns entries, row-major, true = masked.
  package var mask: [Bool]
  /// Cosine between prediction and target of each patch, row-major.
  package var cosine: [Float]
  /// Where the task tells the classes of pixels.
  package var classes: ClassPreview?
  /// What else there is to see of it.
  package var pictures: [ShownPicture] = []
  /// Where targets are shown as signs.
  package var signs: SignPreview?

  package init(
    index: Int, name: String, size: PlaneSize, rgb: [UInt8], rows: Int, columns: Int, mask: [Bool], cosine: [Float]
  ) {
    self.index = index
    self.name = name
    self.size = size
    self.rgb = rgb
    self.rows = rows
    self.columns = columns
    self.mask = mask
    self.cosine = cosine
  }
}

/// Classes of a picture's cells, as they are and as the model tells them.
package struct ClassPreview: Equatable, Sendable {
  /// In the order of their numbers.
  package var names: [String]
  /// rows * columns numbers, row-major; 255 where no class is known.
  package var truth: [UInt8]
  package var prediction: [UInt8]

  package init(names: [String], truth: [UInt8], prediction: [UInt8]) {
    self.names = names
    self.truth = truth
    self.prediction = prediction
  }
}
