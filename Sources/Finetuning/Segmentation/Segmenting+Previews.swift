import Datasets
import Measures
import Models
import Recipe
import Tasks
import Tensors

/// What the model makes of a few pictures that it does not learn from.
extension Segmenting: PreviewSource {
  package var previewCount: Int { previews?.count ?? 0 }
  /// Cells that ground truth and prediction are shown in.
  package var previewGrid: (rows: Int, columns: Int) {
    let size = previews?.size ?? 1
    func cells(_ side: Int) -> Int { max(1, Self.previewCells * side / max(size.longer, 1)) }
    return (cells(size.height), cells(size.width))
  }
  package var objectiveName: String { "cross_entropy" }

  /// The longer side of the maps that are shown.
  private static let previewCells = 16

  package func previewName(_ index: Int) -> String? {
    guard let previews, previews.indices.indices.contains(index) else { return nil }
    return previews.source.itemName(at: previews.indices[index])
  }

  package func preview(_ index: Int) throws -> TaskPreview {
    guard let previews, previews.count > 0 else { throw SegmentingError.noPicture }
    let place = max(0, min(index, previews.count - 1))
    let (picture, truth) = try previews.pair(at: place)
    let size = previews.size
    let logits = model.pixelLogits(
      Tensor(picture.planes, shape: [1, picture.channels, size.height, size.width], device: device),
      normalization: normalization)
    let prediction = LabelMap(logits: logits.array(), width: size.width, height: size.height, classes: classNames.count)
    let (rows, columns) = previewGrid
    let name = previews.source.itemName(at: previews.indices[place])
    let shown = ChannelView.words(of: picture.channels)
    var preview = TaskPreview(
      index: place, name: ([name] + (shown.map { [$0] } ?? [])).joined(separator: ", "), size: size, rgb: picture.rgb,
      rows: rows, columns: columns, mask: [Bool](repeating: false, count: rows * columns), cosine: [])
    preview.classes = ClassPreview(
      names: classNames, truth: truth.commonest(rows: rows, columns: columns),
      prediction: prediction.commonest(rows: rows, columns: columns))
    return preview
  }

  package func inspect(_ index: Int) throws -> TaskInspection {
    let (rows, columns) = previewGrid
    return TaskInspection(
      index: index, rows: rows, columns: columns, teachers: [], prediction: [], student: [], studentExplained: 0,
      attention: [], loss: [], maskFrequency: [], maskCount: 0)
  }

  package func attention(_ query: AttentionQuery) throws -> TaskAttention { throw SegmentingError.showsNoAttention }
}

extension LabelMap {
  /// The likeliest class of each pixel.
  /// - Parameter logits: [height, width, classes]
  init(logits: [Float], width: Int, height: Int, classes: Int) {
    let values = (0..<width * height).map { pixel in
      UInt8((0..<classes).max { (logits[pixel * classes + $0], -$0) < (logits[pixel * classes + $1], -$1) } ?? 0)
    }
    self.init(width: width, height: height, values: values)
  }
}
