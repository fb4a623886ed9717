import Foundation
import Tensors

/// Colour changes that leave shapes alone, stronger than jitter, so that a self-distilled teacher cannot tell pictures apart by
/// colour: the hue turns by any angle, and light and dark may change places.
package struct ColorDistortion {
  package init(hue: Float, negative: Float) {
    self.hue = hue
    self.negative = negative
  }

  /// Probability of turning the hue.
  let hue: Float
  /// Probability of the negative.
  let negative: Float

  /// - Parameter pixels: pictures * 3 * plane values in 0...1.
  package func apply(to pixels: inout [Float], pictures: Int, generator: (Int) -> Philox) {
    let plane = pixels.count / max(3 * pictures, 1)
    for picture in 0..<pictures {
      var random = generator(picture)
      let turns = random.uniform() < hue
      let angle = random.uniform(0, 2 * .pi)
      let inverts = random.uniform() < negative
      let matrix = Self.rotation(turns ? Double(angle) : 0)
      let start = picture * 3 * plane
      for place in start..<start + plane {
        let color = (pixels[place], pixels[place + plane], pixels[place + 2 * plane])
        for channel in 0..<3 {
          let row = matrix[channel]
          let value = min(max(row.0 * color.0 + row.1 * color.1 + row.2 * color.2, 0), 1)
          pixels[place + channel * plane] = inverts ? 1 - value : value
        }
      }
    }
  }

  /// A rotation of colour space about its grey axis.
  private static func rotation(_ angle: Double) -> [(Float, Float, Float)] {
    let along = (1 - cos(angle)) / 3
    let across = sin(angle) / 3.0.squareRoot()
    let (same, next, last) = (Float(cos(angle) + along), Float(along - across), Float(along + across))
    return [(same, next, last), (last, same, next), (next, last, same)]
  }
}
