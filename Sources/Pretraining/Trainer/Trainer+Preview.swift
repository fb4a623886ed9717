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
    let heads = try heads(of: guidance)
    let place = max(0, min(index, previews.count - 1))
    let crop = try previews.crop(at: place)
    let pixels = Tensor(
      crop.planes, shape: [1, crop.channels, previews.size.height, previews.size.width], device: device)
    let mask = previewMask(place, pixels)
    let predictions = predict(pass(pixels, mask: mask, dropPath: nil), heads)
    let given = try heads.map { try $0.guidance.uncached.targets(pixels: pixels) }
    // Codes have no cosine, and predictions that are compared with each other alone may be turned any way.
    let ofFeatures = heads.indices.filter {
      heads[$0].guidance.codes == nil && settings.objective.following(heads[$0].guidance).isOfSingleTokens
    }
    let cosines = ofFeatures.map { part in
      TokenCosines(
        predictions: predictions[part], targets: heads[part].statistics.formed(given[part], rows: nil), mask: mask
      )
      .patches(ofPicture: 0, tokens: 1 + mask.count)
    }
    var preview = TaskPreview(
      index: place, name: previews.title(at: place), size: previews.size, rgb: previews.shown(crop),
      rows: masks.rows, columns: masks.columns, mask: mask,
      cosine: mean(cosines, shares(of: ofFeatures.map { heads[$0] })))
    // Centred and standardised predictions say nothing by themselves.
    let told = heads.indices.filter { settings.objective.following(heads[$0].guidance).targets == .raw }
    preview.pictures = told.compactMap { part in
      let (head, predictions) = (heads[part], predictions[part])
      return head.guidance.shown(
        Array(predictions.array().dropFirst(head.guidance.featureWidth)), over: crop.planes, size: previews.size,
        mask: mask)
    }
    preview.signs =
      told.lazy.compactMap { part in
        heads[part].guidance.signPreview(given[part], predictions[part], mask: mask)
      }.first
    return preview
  }

  /// Of each patch the values under the guidances in force, weighed as their losses are.
  func mean(_ values: [[Float]], _ shares: [Float]) -> [Float] {
    guard values.count > 1 else { return values.first ?? [] }
    return (values.first ?? []).indices.map { patch in
      zip(values, shares).reduce(Float(0)) { $0 + $1.0[patch] * $1.1 }
    }
  }
}
