/// The samples of an axis that make up one place of the resized axis, with their weights.
///
/// The filter widens with the scale when the axis shrinks (antialiasing), as in Pillow
/// (`python-pillow/Pillow`, `src/libImaging/Resample.c`), timm and open_clip.
package struct ResamplingWindow {
  /// Samples with a weight.
  package let samples: Range<Int>
  private let center: Double
  private let widening: Double
  private let filter: ResamplingFilter

  /// - Parameters:
  ///   - center: the place in samples, where sample `i` covers `i ..< i + 1`.
  ///   - scale: samples of the axis for one place of the resized axis.
  ///   - count: samples of the axis.
  package init(center: Double, scale: Double, count: Int, filter: ResamplingFilter = .cubic) {
    self.center = center
    self.filter = filter
    widening = max(scale, 1)
    let support = Self.support(scale: scale, filter: filter)
    let low = max(Int(center - support + 0.5), 0)
    samples = low..<max(min(Int(center + support + 0.5), count), low)
  }

  /// How far the filter reaches to either side, in samples.
  package static func support(scale: Double, filter: ResamplingFilter = .cubic) -> Double {
    filter.reach * max(scale, 1)
  }

  /// Weight of a sample before all are divided by their sum.
  package func weight(of sample: Int) -> Double { filter.weight((Double(sample) - center + 0.5) / widening) }

  /// Weights of ``samples``, whose sum is 1.
  package func weights() -> [Float] {
    let raw = samples.map(weight(of:))
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
}
