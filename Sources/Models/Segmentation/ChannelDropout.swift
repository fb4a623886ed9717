import Tensors

/// Dropout of whole channels, as torch's Dropout2d: a channel of a picture is 0 with probability `rate`, and what is
/// kept is scaled by 1 / (1 - rate).
package struct ChannelDropout: Sendable {
  private let seed: UInt64
  private let stream: UInt64

  /// Decisions are a function of (seed, stream, place in the batch, part of the head), so they are the same after a
  /// pause or a restart.
  /// - Parameters:
  ///   - stream: tells batches apart, e.g. the number of the step.
  package init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// A factor for each channel of each picture, [B, channels] row-major.
  /// - Parameter part: tells the places of a head apart.
  package func factors(rate: Float, batch: Int, channels: Int, part: Int) -> [Float] {
    (0..<batch).flatMap { picture in
      var generator = Philox(
        seed: seed, purpose: .dropout, stream: stream, substream: UInt32(part) << 24 | UInt32(picture))
      return (0..<channels).map { _ in generator.uniform() < rate ? 0 : 1 / (1 - rate) }
    }
  }
}
