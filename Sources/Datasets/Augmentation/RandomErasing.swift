import Foundation
import Recipe
import Tensors

/// Fills a random box of a picture with noise (Zhong et al. 2017), with timm's figures (`timm/data/random_erasing.py`,
/// mode `pixel`): its area is uniform in .02 to 1/3 of the picture's, the logarithm of its shape uniform between that
/// of .3 and of 1/.3. A box that does not fit in ten tries is none.
package struct RandomErasing: Sendable, Equatable {
  /// Share of pictures that lose a box.
  package var probability: Float
  package var area: ClosedRange<Float> = 0.02...(1.0 / 3)
  package var shape: ClosedRange<Float> = 0.3...(1 / 0.3)

  private static let tries = 10

  package init(probability: Float) { self.probability = probability }

  /// The box that a picture loses; nil where it loses none.
  package func box(size: PlaneSize, using generator: inout Philox) -> CropBox? {
    guard probability > 0, generator.uniform() < probability else { return nil }
    for _ in 0..<Self.tries {
      let wanted = Float(size.area) * generator.uniform(area.lowerBound, area.upperBound)
      let ratio = exp(generator.uniform(log(shape.lowerBound), log(shape.upperBound)))
      let rows = Int((wanted * ratio).squareRoot().rounded(.toNearestOrEven))
      let columns = Int((wanted / ratio).squareRoot().rounded(.toNearestOrEven))
      guard rows < size.height, columns < size.width else { continue }
      let top = generator.below(size.height - rows + 1)
      return CropBox(left: generator.below(size.width - columns + 1), top: top, width: columns, height: rows)
    }
    return nil
  }

  /// Erases in a batch of pictures, each by a generator of its own.
  /// - Parameters:
  ///   - batch: pixels in 0...1; noise is normal in what a model sees of them.
  ///   - mean, deviation: how that model normalises pixels, by channel; as many as the pictures have.
  ///   - stream: tells batches apart; what is erased is a function of (seed, stream, place in the batch).
  ///   - firstPlace: of the first picture, where the batch is a part of a larger one.
  package func apply(
    to batch: inout Batch, mean: [Float], deviation: [Float], seed: UInt64, stream: UInt64, firstPlace: Int = 0
  ) {
    let size = batch.size
    for picture in 0..<batch.count {
      var generator = Philox(seed: seed, purpose: .erase, stream: stream, substream: UInt32(firstPlace + picture))
      guard let box = box(size: size, using: &generator) else { continue }
      for channel in 0..<batch.channels {
        for row in box.top..<box.top + box.height {
          let start = ((picture * batch.channels + channel) * size.height + row) * size.width + box.left
          for place in start..<start + box.width {
            batch.pixels[place] = mean[channel] + deviation[channel] * generator.normal()
          }
        }
      }
    }
  }
}
