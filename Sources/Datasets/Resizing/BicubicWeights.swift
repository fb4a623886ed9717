import CImageCodecs
import Tensors

/// How one axis is resampled: which source pixels make up each target pixel, and with what weight.
///
/// The weights of ``ResamplingWindow`` rounded to fixed point: the arithmetic of Pillow (`python-pillow/Pillow`,
/// `src/libImaging/Resample.c`), so that results are equal to the last bit.
struct BicubicWeights {
  /// Weights a target pixel has at most; row `i` of `weights` is `weights[i * taps ..< (i + 1) * taps]`.
  let taps: Int
  private let weights: [Int32]
  /// First source pixel, and number of source pixels, of each target pixel.
  private let first: [Int32]
  private let count: [Int32]

  /// - Parameters:
  ///   - source: pixels of the axis.
  ///   - span: the part of it that is wanted, in pixels and fractions of them; the whole axis where it is not given. No
  ///     pixel that lies wholly outside is looked at.
  init(source: Int, span: Range<Double>? = nil, target: Int) {
    let span = span ?? 0..<Double(source)
    // Places count from the first pixel of the span, as if the picture had been cropped to it.
    let origin = max(Int(span.lowerBound.rounded(.down)), 0)
    let pixels = min(Int(span.upperBound.rounded(.up)), source) - origin
    let start = span.lowerBound - Double(origin)
    let scale = (span.upperBound - span.lowerBound) / Double(target)
    let taps = Int(ResamplingWindow.support(scale: scale).rounded(.up)) * 2 + 1
    var first = [Int32](repeating: 0, count: target)
    var count = [Int32](repeating: 0, count: target)
    weights = [Int32](unsafeUninitializedCapacity: target * taps) { weights, filled in
      weights.initialize(repeating: 0)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: taps) { raw in
        for i in 0..<target {
          let window = ResamplingWindow(center: start + (Double(i) + 0.5) * scale, scale: scale, count: pixels)
          let samples = window.samples
          var sum = 0.0
          for (tap, sample) in samples.enumerated() {
            raw[tap] = window.weight(of: sample)
            sum += raw[tap]
          }
          for tap in 0..<samples.count {
            let fixed = (sum == 0 ? raw[tap] : raw[tap] / sum) * Double(1 << IMAGE_CODECS_WEIGHT_BITS)
            weights[i * taps + tap] = Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5)
          }
          first[i] = Int32(origin + samples.lowerBound)
          count[i] = Int32(samples.count)
        }
      }
      filled = target * taps
    }
    self.taps = taps
    self.first = first
    self.count = count
  }

  /// Source pixels that some target looks at.
  var reach: Range<Int> {
    guard let low = first.first, let high = first.last, let last = count.last else { return 0..<0 }
    return Int(low)..<Int(high + last)
  }

  /// The same for a source whose first `offset` pixels are gone.
  func withUnsafeWeights<Result>(
    offset: Int = 0, _ body: (UnsafePointer<ImageCodecsWeights>) -> Result
  ) -> Result {
    let shifted = offset == 0 ? first : first.map { $0 - Int32(offset) }
    return weights.withUnsafeBufferPointer { weights in
      shifted.withUnsafeBufferPointer { first in
        count.withUnsafeBufferPointer { count in
          var axis = ImageCodecsWeights(
            targets: Int32(count.count), taps: Int32(taps), weights: weights.baseAddress, first: first.baseAddress,
            count: count.baseAddress)
          return body(&axis)
        }
      }
    }
  }
}
