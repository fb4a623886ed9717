import Models
import Tasks
import Tensors

extension Trainer {
  private static let spreadPictures = 32

  /// How widely the student's CLS features are spread over some pictures of the training data, always the same ones,
  /// whole and unmasked. Reads the run's state without changing it; nil where the data has a single picture.
  package func featureSpread() -> SpreadOfFeatures? {
    if spreadPixels.isEmpty, let source = loader.pictureSource {
      let set = PreviewSet(source: source, count: Self.spreadPictures, size: student.configuration.imageSize)
      // Those that can be decoded.
      spreadPixels = (0..<set.count).compactMap { try? planes(of: set.crop(at: $0)) }
    }
    guard spreadPixels.count > 1 else { return nil }
    let size = student.configuration.imageSize
    let pixels = Tensor(spreadPixels.flatMap { $0 }, shape: [spreadPixels.count, 3, size, size], device: device)
    let features = withoutHistory {
      selectToken(student.features(pixels, normalization: settings.normalization), 0)
    }
    return SpreadOfFeatures(rows: features.array(), count: features.shape[0], width: features.shape[1])
  }
}
