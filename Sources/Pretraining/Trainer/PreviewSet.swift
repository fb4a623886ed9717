import Datasets
import Tensors

/// A few pictures of the training data that previews show, always cropped the same way.
public struct PreviewSet: Sendable {
  public let source: any PictureSource
  /// Indices in the source.
  public let indices: [Int]
  /// Side of a crop in pixels.
  public let size: Int

  /// - Parameter count: pictures, spread evenly over the source.
  public init(source: any PictureSource, count: Int, size: Int) {
    let count = max(0, min(count, source.count))
    self.init(source: source, indices: (0..<count).map { $0 * source.count / max(count, 1) }, size: size)
  }

  public init(source: any PictureSource, indices: [Int], size: Int) {
    self.source = source
    self.indices = indices
    self.size = size
  }

  public var count: Int { indices.count }

  /// File name or the like of the picture at a place of the set; nil beyond it.
  public func name(at place: Int) -> String? {
    indices.indices.contains(place) ? source.itemName(at: indices[place]) : nil
  }

  /// The picture at a place of the set, shorter side resized and centre cropped.
  func crop(at place: Int) throws -> Picture {
    try source.picture(at: indices[place]).resizedShortSideAndCenterCropped(to: size)
  }
}

/// One picture of the preview set as the student sees it now.
public struct TrainerPreview: Equatable, Sendable {
  /// Place in the preview set.
  public var index: Int
  /// File name or the like.
  public var name: String
  /// Side of the crop in pixels.
  public var size: Int
  /// size * size * 3 bytes, RGB, row by row from the top.
  public var rgb: [UInt8]
  public var rows: Int
  public var columns: Int
  /// rows * columns entries, row-major, true = masked.
  public var mask: [Bool]
  /// Cosine between prediction and target of each patch, row-major.
  public var cosine: [Float]
}
