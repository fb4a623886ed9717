import Datasets
import Models
import Recipe
import Tasks
import Tensors

/// Measures how widely a model's features are spread over some pictures of the training data, always the same ones,
/// whole and unmasked.
package struct SpreadProbe {
  private static let pictures = 32

  /// Pictures, each a value for each channel of each pixel.
  private var pixels: [[Float]] = []
  private var untrained: (spread: SpreadOfFeatures, rows: [Float])?
  private let pooled: (Tensor) -> Tensor

  /// - Parameter pooled: what stands for a picture, [B, D], of its tokens, [B, N, D]: CLS where nothing else is said.
  package init(pooled: @escaping (Tensor) -> Tensor = { selectToken($0, 0) }) { self.pooled = pooled }

  /// Changes nothing of the model; nil where the data have a single picture.
  /// - Parameter fresh: makes the model as it was before its first step; called once. nil: nothing is compared with it.
  package mutating func measure(
    _ model: VisionTransformer, untrained fresh: (() -> VisionTransformer)? = nil,
    normalization: PixelNormalization, source: (any PictureSource)?
  ) -> SpreadOfFeatures? {
    let size = model.configuration.imageSize
    if pixels.isEmpty, let source {
      let set = PreviewSet(source: source, count: Self.pictures, size: size)
      // Those that can be decoded.
      pixels = (0..<set.count).compactMap { try? set.pixels(at: $0) }
    }
    guard pixels.count > 1 else { return nil }
    let width = model.configuration.width
    if untrained == nil, let fresh {
      let rows = features(fresh(), size: size, normalization)
      untrained = (SpreadOfFeatures(rows: rows, count: pixels.count, width: width), rows)
    }
    let rows = features(model, size: size, normalization)
    var spread = SpreadOfFeatures(rows: rows, count: pixels.count, width: width)
    spread.untrained = untrained.map { .init($0.spread, rows: $0.rows, now: rows, width: width) }
    return spread
  }

  /// A row a picture.
  private func features(_ model: VisionTransformer, size: PlaneSize, _ normalization: PixelNormalization) -> [Float] {
    let batch = Tensor(
      pixels.flatMap { $0 }, shape: [pixels.count, model.configuration.channels, size.height, size.width],
      device: model.device)
    return withoutHistory { pooled(model.features(batch, normalization: normalization)) }.array()
  }
}
