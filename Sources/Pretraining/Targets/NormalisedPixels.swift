import Models
import Recipe

/// The pixels of a patch, less their mean and divided by their deviation over all channels, as MAE predicts them
/// (facebookresearch/mae, `models_mae.py`, `norm_pix_loss`): unbiased variance, 1e-6 added to it. They are those that
/// the student sees, each channel by its own mean and deviation first.
package struct NormalisedPixels: PatchTarget {
  private static let epsilon: Float = 1e-6

  package var summary: String { "pixels of a patch by mean and deviation, computed from the picture" }
  private let normalization: PixelNormalization

  /// - Parameter normalization: of the student's pixels.
  package init(normalization: PixelNormalization = .imageNet) { self.normalization = normalization }

  private var channels: Int { normalization.mean.count }

  package func width(patch: Int) -> Int { channels * patch * patch }

  /// The values of a patch stand row by row of pixels, all channels of each, as MAE's `patchify` has them.
  package func values(planes: UnsafeBufferPointer<Float>, size: PlaneSize, patch: Int) -> [Float] {
    let grid = size / patch
    let (width, channels) = (width(patch: patch), channels)
    var values = [Float](repeating: 0, count: grid.area * width)
    let scale = normalization.standardDeviation.map { 1 / $0 }
    let shift = zip(normalization.mean, scale).map { -$0 * $1 }
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let into = (row * grid.width + column) * width
        var place = into
        for y in 0..<patch {
          let from = (row * patch + y) * size.width + column * patch
          for x in 0..<patch {
            for channel in 0..<channels {
              let value = planes[channel * size.area + from + x]
              values[place + channel] = value * scale[channel] + shift[channel]
            }
            place += channels
          }
        }
        normalise(&values, into..<into + width)
      }
    }
    return values
  }

  package var borrowed: String? { "the true mean and variance of each patch are borrowed" }

  package func pixels(of values: ArraySlice<Float>, over pixels: [Float]) -> [Float]? {
    var seen = pixels
    for place in seen.indices {
      let channel = place % channels
      seen[place] = (seen[place] - normalization.mean[channel]) / normalization.standardDeviation[channel]
    }
    let (mean, deviation) = moments(seen, seen.indices)
    return zip(values, pixels.indices).map { value, place in
      let channel = place % channels
      return (value * deviation + mean) * normalization.standardDeviation[channel] + normalization.mean[channel]
    }
  }

  private func normalise(_ values: inout [Float], _ range: Range<Int>) {
    let (mean, deviation) = moments(values, range)
    let scale = 1 / deviation
    for place in range { values[place] = (values[place] - mean) * scale }
  }

  /// Mean and deviation, by the unbiased variance.
  private func moments(_ values: [Float], _ range: Range<Int>) -> (mean: Float, deviation: Float) {
    var sum: Float = 0
    for place in range { sum += values[place] }
    let mean = sum / Float(range.count)
    var squares: Float = 0
    for place in range { squares += (values[place] - mean) * (values[place] - mean) }
    return (mean, (squares / Float(max(range.count - 1, 1)) + Self.epsilon).squareRoot())
  }
}
