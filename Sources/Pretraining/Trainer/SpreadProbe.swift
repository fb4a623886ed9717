import Datasets
import Models
import Tasks
import Tensors

/// Measures how widely a model's CLS features are spread over some pictures of the training data, always the same ones,
/// whole and unmasked.
struct SpreadProbe {
  private static let pictures = 32

  /// Pictures, each 3 * S * S values.
  private var pixels: [[Float]] = []

  /// Changes nothing of the model; nil where the data have a single picture.
  mutating func measure(
    _ model: VisionTransformer, normalization: PixelNormalization, source: (any PictureSource)?
  ) -> SpreadOfFeatures? {
    let size = model.configuration.imageSize
    if pixels.isEmpty, let source {
      let set = PreviewSet(source: source, count: Self.pictures, size: size)
      // Those that can be decoded.
      pixels = (0..<set.count).compactMap { try? set.pixels(at: $0) }
    }
    guard pixels.count > 1 else { return nil }
    let batch = Tensor(pixels.flatMap { $0 }, shape: [pixels.count, 3, size, size], device: model.device)
    let features = withoutHistory { selectToken(model.features(batch, normalization: normalization), 0) }
    return SpreadOfFeatures(rows: features.array(), count: features.shape[0], width: features.shape[1])
  }
}
