import Datasets
import Models
import Tasks
import Tensors

extension Trainer {
  /// What the student predicts on one picture of the preview set, masked the same way every time. Reads the run's state
  /// and random numbers without changing them.
  /// - Parameter index: place in the preview set; others are brought into its range.
  package func preview(_ index: Int) throws -> TaskPreview { try withoutHistory { try reconstruction(index) } }

  private func reconstruction(_ index: Int) throws -> TaskPreview {
    guard let previews, previews.count > 0 else { throw TrainerError.noPreviews }
    guard let head = heads[guidance] else { throw TrainerError.unknownGuidance(guidance, known: guidanceNames) }
    let place = max(0, min(index, previews.count - 1))
    let crop = try previews.crop(at: place)
    let pixels = Tensor(crop.planes, shape: [1, 3, previews.size, previews.size], device: device)
    let mask = previewMask(place, pixels)
    let given = try head.guidance.uncached.targets(pixels: pixels)
    let targets = head.statistics.formed(given, rows: nil)
    let predictions = predict(pass(pixels, mask: mask, dropPath: nil), head)
    let cosines = TokenCosines(predictions: predictions, targets: targets, mask: mask)
    var preview = TaskPreview(
      index: place, name: previews.source.itemName(at: previews.indices[place]), size: previews.size, rgb: crop.rgb,
      rows: masks.rows, columns: masks.columns, mask: mask,
      cosine: cosines.patches(ofPicture: 0, tokens: 1 + mask.count))
    // Centred and standardised predictions say nothing by themselves.
    if settings.objective.targets == .raw { preview.signs = head.guidance.signs?.preview(given, predictions) }
    return preview
  }
}
