/// Pictures of one step, cropped and augmented, as planes in 0...1 that no model's normalisation has touched yet.
public struct Batch: Sendable, Equatable {
  /// [B, 3, size, size], row-major.
  public var pixels: [Float]
  /// Side of a picture in pixels.
  public var size: Int
  /// Number of each picture in its source; where one could not be decoded, of the one that stands in for it.
  public var indices: [Int]
  /// Class of each picture; empty when unlabelled.
  public var labels: [Int]
  /// Caption of each picture, "" where it has none.
  public var captions: [String]
  /// Pictures that could not be decoded.
  public var skipped: [SkippedPicture]
  /// Places in the batch that hold no picture, since theirs could not be decoded and none stands in.
  public var missing: [Int] = []

  public init(
    pixels: [Float], size: Int, indices: [Int], labels: [Int] = [], captions: [String] = [],
    skipped: [SkippedPicture] = []
  ) {
    self.pixels = pixels
    self.size = size
    self.indices = indices
    self.labels = labels
    self.captions = captions
    self.skipped = skipped
  }

  public var count: Int { indices.count }
}

/// A picture that could not be decoded, and why.
public struct SkippedPicture: Sendable, Equatable {
  public let path: String
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
