import Recipe

/// Pictures of one step, cropped and augmented, as planes in 0...1 that no model's normalisation has touched yet.
package struct Batch: Sendable, Equatable {
  /// [B, channels, height, width], row-major.
  package var pixels: [Float]
  /// Of a picture.
  package var channels: Int
  /// Of a picture, in pixels.
  package var size: PlaneSize
  /// Number of each picture in its source; where one could not be decoded, of the one that stands in for it.
  package var indices: [Int]
  /// Class of each picture; empty when unlabelled.
  package var labels: [Int]
  /// Caption of each picture, "" where it has none.
  package var captions: [String]
  /// Pictures that could not be decoded.
  package var skipped: [SkippedPicture]
  /// Places in the batch that hold no picture, since theirs could not be decoded and none stands in.
  package var missing: [Int] = []
  /// Class of each pixel, [B, size, size]; empty where the loader gives none.
  package var maps: [UInt8] = []

  package init(
    pixels: [Float], channels: Int = 3, size: PlaneSize, indices: [Int], labels: [Int] = [], captions: [String] = [],
    skipped: [SkippedPicture] = []
  ) {
    self.pixels = pixels
    self.channels = channels
    self.size = size
    self.indices = indices
    self.labels = labels
    self.captions = captions
    self.skipped = skipped
  }

  package var count: Int { indices.count }
  /// Of ``pixels``, as a tensor has it.
  package var shape: [Int] { [count, channels, size.height, size.width] }
}

/// A picture that could not be decoded, and why.
package struct SkippedPicture: Codable, Sendable, Equatable {
  package let path: String
  package let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
