/// What transformers' `preprocessor_config.json` says of pixels.
struct PreprocessingFacts {
  var normalization: PixelNormalization?
  var notes: [String] = []

  init(_ configuration: JSONValue?) {
    guard let configuration else { return }
    let isNormalized = configuration["do_normalize"]?.bool ?? true
    let given = Self.normalization(mean: configuration["image_mean"], deviation: configuration["image_std"])
    guard var statistics = isNormalized ? given : PixelNormalization(mean: [0, 0, 0], standardDeviation: [1, 1, 1])
    else { return }
    if !isNormalized { notes.append("its preprocessor does not normalise (do_normalize), pixels go in as they are") }
    // Ours are in 0...1: pixels of 0...255 times another factor than 1/255 are ours times `scale`.
    let factor = configuration["do_rescale"]?.bool == false ? 1 : configuration["rescale_factor"]?.double ?? 1 / 255.0
    let scale = Float(factor * 255)
    if abs(scale - 1) > 1e-3, scale.isFinite, scale > 0 {
      statistics.mean = statistics.mean.map { $0 / scale }
      statistics.standardDeviation = statistics.standardDeviation.map { $0 / scale }
      notes.append("its preprocessor multiplies pixels by \(factor), which mean and deviation take into account")
    }
    normalization = statistics
  }

  /// nil if these are not as many means as deviations above 0, a channel each.
  static func normalization(mean: JSONValue?, deviation: JSONValue?) -> PixelNormalization? {
    guard let mean = mean?.floats, let deviation = deviation?.floats else { return nil }
    let made = PixelNormalization(mean: mean, standardDeviation: deviation)
    return !mean.isEmpty && made.fits(channels: mean.count) ? made : nil
  }
}

extension PixelNormalization {
  /// The figures for so many channels: one stands for all, as in timm; nil where there are others.
  func spread(over channels: Int) -> PixelNormalization? {
    if mean.count == channels { return self }
    guard mean.count == 1 else { return nil }
    return PixelNormalization(
      mean: Array(repeating: mean[0], count: channels),
      standardDeviation: Array(repeating: standardDeviation[0], count: channels))
  }
}
