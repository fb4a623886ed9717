/// The samples of an axis that make up one place of the resized axis, with their weights.
///
/// Bicubic with a = -0.5; the kernel widens with the scale when the axis shrinks (antialiasing), as in Pillow
/// (`python-pillow/Pillow`, `src/libImaging/Resample.c`), timm and open_clip.
package struct CubicWindow {
  /// Samples with a weight.
  package let samples: Range<Int>
  private let center: Double
  private let widening: Double

  /// - Parameters:
  ///   - center: the place in samples, where sample `i` covers `i ..< i + 1`.
  ///   - scale: samples of the axis for one place of the resized axis.
  ///   - count: samples of the axis.
  package init(center: Double, scale: Double, count: Int) {
    self.center = center
    widening = max(scale, 1)
    let support = Self.support(scale: scale)
    let low = max(Int(center - support + 0.5), 0)
    samples = low..<max(min(Int(center + support + 0.5), count), low)
  }

  /// How far the kernel reaches to either side, in samples.
  package static func support(scale: Double) -> Double { 2 * max(scale, 1) }

  /// Weight of a sample before all are divided by their sum.
  package func weight(of sample: Int) -> Double { cubicKernel((Double(sample) - center + 0.5) / widening, a: -0.5) }

  /// Weights of ``samples``, whose sum is 1.
  package func weights() -> [Float] {
    let raw = samples.map(weight(of:))
    let sum = raw.reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
}
