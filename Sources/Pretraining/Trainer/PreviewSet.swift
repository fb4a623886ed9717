import Datasets
import Recipe
import Tensors

/// A few pictures of the training data that previews show, always cropped the same way.
package struct PreviewSet: Sendable {
  package let source: any PictureSource
  /// Indices in the source.
  package let indices: [Int]
  /// Of a crop, in pixels.
  package let size: PlaneSize

  /// - Parameter count: pictures, spread evenly over the source.
  package init(source: any PictureSource, count: Int, size: PlaneSize) {
    let count = max(0, min(count, source.count))
    self.init(source: source, indices: (0..<count).map { $0 * source.count / max(count, 1) }, size: size)
  }

  package init(source: any PictureSource, indices: [Int], size: PlaneSize) {
    self.source = source
    self.indices = indices
    self.size = size
  }

  package var count: Int { indices.count }

  /// File name or the like of the picture at a place of the set; nil beyond it.
  package func name(at place: Int) -> String? {
    indices.indices.contains(place) ? source.itemName(at: indices[place]) : nil
  }

  /// The picture at a place of the set, resized to cover a crop and centre cropped.
  func crop(at place: Int) throws -> Picture {
    try source.picture(at: indices[place]).resizedAndCenterCropped(to: size)
  }

  /// The same, 3 * size.area values in 0...1.
  func pixels(at place: Int) throws -> [Float] { try crop(at: place).planes }
}
