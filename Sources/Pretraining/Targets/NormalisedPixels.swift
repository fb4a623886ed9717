/// The pixels of a patch, less their mean and divided by their deviation over all three channels, as MAE predicts them
/// (facebookresearch/mae, `models_mae.py`, `norm_pix_loss`): unbiased variance, 1e-6 added to it.
package struct NormalisedPixels: PatchTarget {
  private static let epsilon: Float = 1e-6

  package var summary: String { "pixels of a patch by mean and deviation, computed from the picture" }

  package init() {}

  package func width(patch: Int) -> Int { 3 * patch * patch }

  /// The values of a patch stand row by row of pixels, three colours each, as MAE's `patchify` has them.
  package func values(planes: UnsafeBufferPointer<Float>, size: Int, patch: Int) -> [Float] {
    let grid = size / patch
    let width = width(patch: patch)
    var values = [Float](repeating: 0, count: grid * grid * width)
    for row in 0..<grid {
      for column in 0..<grid {
        let into = (row * grid + column) * width
        var place = into
        for y in 0..<patch {
          let from = (row * patch + y) * size + column * patch
          for x in 0..<patch {
            for channel in 0..<3 { values[place + channel] = planes[channel * size * size + from + x] }
            place += 3
          }
        }
        normalise(&values, into..<into + width)
      }
    }
    return values
  }

  private func normalise(_ values: inout [Float], _ range: Range<Int>) {
    var sum: Float = 0
    for place in range { sum += values[place] }
    let mean = sum / Float(range.count)
    var squares: Float = 0
    for place in range { squares += (values[place] - mean) * (values[place] - mean) }
    let scale = 1 / (squares / Float(max(range.count - 1, 1)) + Self.epsilon).squareRoot()
    for place in range { values[place] = (values[place] - mean) * scale }
  }
}
